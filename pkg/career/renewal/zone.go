package renewal

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// stateZones is where most people of a state live; a state with two zones has
// the one of its board.
var stateZones = map[string]string{
	"AL": "America/Chicago", "AK": "America/Anchorage", "AZ": "America/Phoenix", "AR": "America/Chicago", "CA": "America/Los_Angeles",
	"CO": "America/Denver", "CT": "America/New_York", "DE": "America/New_York", "DC": "America/New_York", "FL": "America/New_York",
	"GA": "America/New_York", "HI": "Pacific/Honolulu", "ID": "America/Boise", "IL": "America/Chicago", "IN": "America/Indiana/Indianapolis",
	"IA": "America/Chicago", "KS": "America/Chicago", "KY": "America/New_York", "LA": "America/Chicago", "ME": "America/New_York",
	"MD": "America/New_York", "MA": "America/New_York", "MI": "America/Detroit", "MN": "America/Chicago", "MS": "America/Chicago",
	"MO": "America/Chicago", "MT": "America/Denver", "NE": "America/Chicago", "NV": "America/Los_Angeles", "NH": "America/New_York",
	"NJ": "America/New_York", "NM": "America/Denver", "NY": "America/New_York", "NC": "America/New_York", "ND": "America/Chicago",
	"OH": "America/New_York", "OK": "America/Chicago", "OR": "America/Los_Angeles", "PA": "America/New_York", "PR": "America/Puerto_Rico", "VI": "America/St_Thomas", "GU": "Pacific/Guam", "MP": "Pacific/Saipan", "AS": "Pacific/Pago_Pago", "RI": "America/New_York",
	"SC": "America/New_York", "SD": "America/Chicago", "TN": "America/Chicago", "TX": "America/Chicago", "UT": "America/Denver",
	"VT": "America/New_York", "VA": "America/New_York", "WA": "America/Los_Angeles", "WV": "America/New_York", "WI": "America/Chicago",
	"WY": "America/Denver",
}

// Zones are the zones that a page offers: those of the states, by name. Any other
// IANA name is taken too.
func Zones() []string {
	return slices.Compact(slices.Sorted(maps.Values(stateZones)))
}

var locations sync.Map // of *time.Location by IANA name; loading one reads a file

func locationOf(name string) *time.Location {
	if loc, ok := locations.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	locations.Store(name, loc)
	return loc
}

// zoneOf is where a person is reminded: their own zone, else that of the school
// where they enrolled last, else that of the due thing's state, else UTC.
func zoneOf(p Person, jurisdiction string) *time.Location {
	for _, name := range []string{p.Therapist.Zone, p.SchoolZone, stateZones[jurisdiction]} {
		if name == "" {
			continue
		}
		if loc := locationOf(name); loc != nil {
			return loc
		}
	}
	return time.UTC
}

// checkZone wants the name of a zone; empty is none. Code: unknown_zone.
func checkZone(name string) error {
	if name == "" || name != "Local" && locationOf(name) != nil {
		return nil
	}
	return core.Invalid("unknown_zone.renewal", "name", name)
}

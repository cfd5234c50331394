package renewal

import (
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func TestZoneOf(t *testing.T) {
	person := func(own, school string) Person {
		return Person{Therapist: core.Therapist{Zone: own}, SchoolZone: school}
	}
	for name, c := range map[string]struct {
		who   Person
		state string
		want  string
	}{
		"their own":          {person("Pacific/Honolulu", "America/New_York"), "FL", "Pacific/Honolulu"},
		"their school's":     {person("", "America/Chicago"), "FL", "America/Chicago"},
		"their license's":    {person("", ""), "CA", "America/Los_Angeles"},
		"nobody knows":       {person("", ""), "", "UTC"},
		"one that is no one": {person("Mars/Olympus", ""), "CA", "America/Los_Angeles"},
	} {
		if got := zoneOf(c.who, c.state).String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Every jurisdiction has a zone that there is.
func TestStateZones(t *testing.T) {
	for _, j := range core.Jurisdictions {
		if zone := stateZones[j.Code]; zone == "" || locationOf(zone) == nil {
			t.Errorf("%s has the zone %q", j.Code, zone)
		}
	}
}

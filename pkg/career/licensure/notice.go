package licensure

import (
	"slices"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/notice"
	"github.com/palmar/palmar/pkg/words"
)

// aboutLicense is what was added to a license: the id of a sentence that names it. Of
// one that is new nobody had recorded anything before.
func aboutLicense(id string, before, l core.License) notice.Added {
	return notice.Added{
		Therapist: l.TherapistID, What: words.S(id, "name", l.Jurisdiction+" "+l.Title+" "+l.Number), Before: recorders(before),
		Path: "/record/licenses", RecordPath: "/therapists/" + l.TherapistID.String(),
	}
}

// recorders are who recorded something of a license, each organization once.
func recorders(l core.License) []notice.Recorder {
	all := []notice.Recorder{{Organization: l.OrganizationID, Account: l.CreatedBy}}
	for _, e := range l.Events {
		all = append(all, notice.Recorder{Organization: e.OrganizationID, Account: e.RecordedBy})
	}
	seen := map[core.OrganizationID]bool{{}: true}
	return slices.DeleteFunc(all, func(r notice.Recorder) bool {
		again := seen[r.Organization]
		seen[r.Organization] = true
		return again
	})
}

// aboutHolding is what was added to what a therapist holds.
func aboutHolding(id string, before, h Holding) notice.Added {
	return notice.Added{
		Therapist: h.TherapistID, What: words.S(id, "name", h.Name), Before: []notice.Recorder{{Organization: before.OrganizationID, Account: before.RecordedBy}},
		Path: "/record/qualifications", RecordPath: "/qualifications/" + h.ID.String(),
	}
}

// telling tells of a subject with what was added.
func telling(subject string, added notice.Added) []act.Told {
	return []act.Told{{Subject: subject, About: added}}
}

package rest_test

import (
	"context"
	"strings"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/act/acttest"
	"github.com/palmar/palmar/pkg/career/renewal/renewalapi"
)

// renews: a license that ends soon, its reminders, its calendar, its checklist,
// and its renewal.
func (s *story) renews() {
	mine := "/v1/therapists/" + s.therapist
	license := as[common.License](s.student.post(mine+"/licenses", map[string]any{
		"jurisdiction": "GA", "number": "MT 700", "issued_on": "2024-11-01", "expires_on": "2026-10-31", "status": "active",
		"effective_on": "2024-11-01", "method": "self_report", "source": "the card", "checked_on": "2026-09-01",
	}).want(201))
	one := "/v1/licenses/" + license.Id.String()
	if due := as[renewalapi.DueList](s.student.get(mine + "/upcoming?limit=1").want(200)); len(due.Items) != 1 || due.NextCursor == "" || due.Items[0].Label != "GA Massage Therapist MT 700" {
		s.t.Errorf("upcoming is %+v", due)
	}
	s.registrar.get(mine+"/upcoming").refused(403, "forbidden")
	s.employer.get(mine+"/upcoming").refused(403, "forbidden")

	settings := as[renewalapi.ReminderSettings](s.student.get(mine + "/reminders").want(200))
	if !settings.On || len(settings.Days) != 5 || settings.QuietFrom != "21:00" || settings.HasCalendar || settings.Version != 1 {
		s.t.Errorf("the default is %+v", settings)
	}
	in := map[string]any{"days": []int{60, 14}, "quiet_from": "noon", "quiet_until": "07:00", "zone": "America/Chicago"}
	s.student.update("PUT", mine+"/reminders", settings.Version, in).refused(422, "bad_time")
	in["quiet_from"] = "22:00"
	s.registrar.update("PUT", mine+"/reminders", settings.Version, in).refused(403, "forbidden")
	settings = as[renewalapi.ReminderSettings](s.student.update("PUT", mine+"/reminders", settings.Version, in).want(200))
	if settings.ZoneInForce != "America/Chicago" || settings.Version != 2 {
		s.t.Errorf("kept %+v", settings)
	}
	s.student.update("PUT", mine+"/reminders", 1, in).refused(412, "stale")
	if _, err := acttest.WorkOff(context.Background(), s.services.Renewal.Works()); err != nil {
		s.t.Fatal(err)
	}

	address := as[renewalapi.CalendarAddress](s.student.post(mine+"/calendar", nil).want(201)).Address
	if !strings.HasPrefix(address, base+"/calendars/plc_") || !strings.HasSuffix(address, ".ics") {
		s.t.Errorf("the address is %s", address)
	}
	s.registrar.post(mine+"/calendar", nil).refused(403, "forbidden")
	keyed := call{headers: map[string]string{"Idempotency-Key": "no calendar"}}
	s.student.do("DELETE", mine+"/calendar", keyed).want(204)
	if again := s.student.do("DELETE", mine+"/calendar", keyed).want(204); again.header.Get("Idempotency-Replayed") != "true" {
		s.t.Errorf("the calendar is revoked again: %v", again.header)
	}

	list := as[renewalapi.Renewal](s.student.get(one + "/renewal").want(200))
	if !list.Known || list.Late == nil || len(list.Steps) != 6 || list.Steps[0].Fact.Confidence != "high" || list.Steps[5].State != "missing" {
		s.t.Errorf("the checklist is %+v", list)
	}
	fee := one + "/renewal/steps/fee"
	s.student.do("PUT", fee, call{body: map[string]any{"done_on": "2026-12-31"}}).refused(422, "date_in_future")
	s.registrar.do("PUT", fee, call{body: map[string]any{"done_on": "2026-08-31"}}).refused(403, "forbidden")
	list = as[renewalapi.Renewal](s.student.do("PUT", fee, call{body: map[string]any{"done_on": "2026-08-31", "note": "Receipt 77"}}).want(200))
	if step := list.Steps[5]; step.State != "done" || step.Note != "Receipt 77" {
		s.t.Errorf("the fee is %+v", step)
	}
	s.student.delete(fee).want(200)
	s.student.delete(one+"/renewal/steps/dance").refused(422, "unknown_step")

	ending := as[renewalapi.ExpiringLicenseList](s.registrar.get("/v1/organizations/" + s.school + "/expiring-licenses").want(200))
	if len(ending.Items) != 1 || ending.Items[0].LicenseId != license.Id || ending.Items[0].DaysLeft <= 0 {
		s.t.Errorf("ending are %+v", ending)
	}
	s.registrar.get("/v1/organizations/"+s.school+"/expiring-licenses?days=731").refused(422, "out_of_range")
	renewed := map[string]any{"expires_on": "2026-10-31", "renewed_on": "2026-09-01"}
	s.student.update("POST", one+"/renew", license.Version, renewed).refused(422, "not_later")
	renewed["expires_on"] = "2028-10-31"
	license = as[common.License](s.student.update("POST", one+"/renew", license.Version, renewed).want(200))
	if license.ExpiresOn.String() != "2028-10-31" || license.Events[len(license.Events)-1].Method != "self_report" {
		s.t.Errorf("renewed to %+v", license)
	}
}

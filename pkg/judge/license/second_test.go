package license_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/testkit"
)

// second is docs/licenses.md in JavaScript, written from that page alone.
type second struct {
	in  io.WriteCloser
	out *bufio.Scanner
}

func startSecond(t testing.TB) *second {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		testkit.Need(t, "node", "install Node.js 20 or later")
	}
	command := exec.CommandContext(t.Context(), node, filepath.Join("testdata", "second", "second.mjs"))
	var complaints bytes.Buffer
	command.Stderr = &complaints
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		command.Wait()
		if complaints.Len() > 0 {
			t.Errorf("node: %s", complaints.String())
		}
	})
	return &second{in, bufio.NewScanner(out)}
}

func (s *second) answer(t testing.TB) (a answer) {
	t.Helper()
	if !s.out.Scan() {
		t.Fatalf("node answers no more: %v", s.out.Err())
	}
	if err := json.Unmarshal(s.out.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func (s *second) ask(t testing.TB, h history) answer {
	t.Helper()
	if _, err := s.in.Write(append(write(t, h), '\n')); err != nil {
		t.Fatal(err)
	}
	return s.answer(t)
}

// TestSecond draws histories of licenses and compares the two programs. Each history
// follows from the seed and its number alone; PALMAR_TEST_START is the number to begin
// with.
func TestSecond(t *testing.T) {
	count, start := uint64(5000), uint64(0)
	if testkit.Full() {
		count = 200_000
	}
	if s := os.Getenv("PALMAR_TEST_START"); s != "" {
		var err error
		if start, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("PALMAR_TEST_START=%s is not a whole number", s)
		}
	}
	seed := testkit.Rand(t).Uint64()
	s := startSecond(t)
	asked := make(chan history, 64)
	go func() {
		defer close(asked)
		lines := bufio.NewWriterSize(s.in, 1<<16)
		for n := range count {
			h := drawn(seed, start+n)
			raw, err := json.Marshal(h)
			if err == nil {
				_, err = lines.Write(append(raw, '\n'))
			}
			if err == nil && n%32 == 31 {
				err = lines.Flush()
			}
			if err != nil {
				return
			}
			select {
			case asked <- h:
			case <-t.Context().Done():
				return
			}
		}
		lines.Flush()
	}()
	began, n := time.Now(), start
	licenses, places, holds := map[license.Answer]int{}, map[license.Answer]int{}, 0
	for h := range asked {
		want := s.answer(t)
		got, practices := h.judge()
		if !reflect.DeepEqual(got, want) {
			small := shrink(t, h)
			a, _ := small.judge()
			t.Fatalf("PALMAR_TEST_START=%d: %s\ngives   %s\nby node %s", n, write(t, small), write(t, a), write(t, startSecond(t).ask(t, small)))
		}
		if what := unsound(h, got, practices); what != "" {
			t.Fatalf("PALMAR_TEST_START=%d: %s: %s\ngives %s", n, what, write(t, h), write(t, got))
		}
		for _, j := range got.Licenses {
			licenses[j.Answer]++
		}
		for _, a := range got.Jurisdictions {
			places[a]++
		}
		if got.Holds {
			holds++
		}
		n++
	}
	if n != start+count {
		t.Fatalf("%d of %d histories were answered", n-start, count)
	}
	t.Logf("%d histories in %.1f s; licenses: %v; jurisdictions: %v; %d hold", count, time.Since(began).Seconds(), licenses, places, holds)
	for _, answers := range []map[license.Answer]int{licenses, places} {
		all := answers[license.Yes] + answers[license.No] + answers[license.CouldNotCheck]
		for _, a := range []license.Answer{license.Yes, license.No, license.CouldNotCheck} {
			if answers[a]*10 < all {
				t.Errorf("%s is %d of %d: less than a tenth", a, answers[a], all)
			}
		}
	}
}

// shrink takes away what the two differ without.
func shrink(t *testing.T, h history) history {
	s := startSecond(t)
	differ := func(h history) bool {
		got, _ := h.judge()
		return !reflect.DeepEqual(got, s.ask(t, h))
	}
	for smaller := true; smaller; {
		smaller = false
		for _, less := range h.without() {
			if differ(less) {
				h, smaller = less, true
				break
			}
		}
	}
	return h
}

// without are the history without each of what it has.
func (h history) without() (all []history) {
	drop := func(change func(*history)) {
		var less history
		raw, _ := json.Marshal(h)
		_ = json.Unmarshal(raw, &less)
		change(&less)
		all = append(all, less)
	}
	for i, l := range h.Licenses {
		drop(func(h *history) { h.Licenses = slices.Delete(h.Licenses, i, i+1) })
		for j := range l.Events {
			drop(func(h *history) { h.Licenses[i].Events = slices.Delete(h.Licenses[i].Events, j, j+1) })
		}
		for j := range l.Looks {
			drop(func(h *history) { h.Licenses[i].Looks = slices.Delete(h.Licenses[i].Looks, j, j+1) })
		}
	}
	for code, rules := range h.Rules {
		for j := range rules {
			drop(func(h *history) { h.Rules[code] = slices.Delete(h.Rules[code], j, j+1) })
		}
	}
	if !h.KnownAt.IsZero() {
		drop(func(h *history) { h.KnownAt = time.Time{} })
	}
	return all
}

// unsound says which promise an answer breaks, by a reading of its own.
func unsound(h history, a answer, practices []license.Practice) string {
	yes := map[string]bool{}
	for i, j := range a.Licenses {
		if j.Answer != license.Yes {
			continue
		}
		l := h.Licenses[i]
		yes[l.Jurisdiction] = true
		switch {
		case h.On.After(h.Today):
			return "a yes of a day to come"
		case l.Holder != "":
			return "a yes by a license that is " + string(l.Holder)
		case !slices.Contains(fullTitles, l.Title) && h.Titles[l.Jurisdiction][license.FoldTitle(l.Title)] != license.Full:
			return "a yes by the title " + l.Title
		case practices[i].LooksUntil.Before(h.On):
			return "a yes by a look that is too old"
		}
		for _, axis := range []core.Axis{core.Lifecycle, core.Term, core.Discipline} {
			last := h.looked(l, axis)
			if last.IsZero() {
				return fmt.Sprintf("a yes, and nobody looked at the %s", axis)
			}
			if h.On.After(last.AddDays(cmp.Or(h.Days, license.Limit))) {
				return fmt.Sprintf("a yes, and the %s was last looked at on %s", axis, last)
			}
		}
		if e := h.barring(l); e != nil {
			return "a yes beside " + e.Status
		}
		if status := h.unrecorded(l); status != "" {
			return "a yes by a look that saw " + status
		}
	}
	for code, answer := range a.Jurisdictions {
		if answer == license.Yes && !yes[code] {
			return "a yes of " + code + " without one of a license"
		}
	}
	if a.Holds && len(yes) == 0 {
		return "holds without a yes"
	}
	return ""
}

func (h history) counts(register bool, by core.OrganizationID) bool {
	return register || h.Own || h.Others || h.For != core.OrganizationID{} && by == h.For
}

func (h history) heard(at time.Time) bool { return h.KnownAt.IsZero() || !at.After(h.KnownAt) }

func (h history) withdrawn(l licenseOf, e eventOf) bool {
	return !e.Withdraws.IsZero() || slices.ContainsFunc(l.Events, func(w eventOf) bool { return w.Withdraws == e.ID && h.heard(w.RecordedAt) })
}

// looked is the last day of a look at an axis that counts.
func (h history) looked(l licenseOf, axis core.Axis) (last core.Date) {
	take := func(on core.Date) {
		if last.IsZero() || on.After(last) {
			last = on
		}
	}
	for _, e := range l.Events {
		if e.Axis == axis && e.Authority == "" && e.Lifts.IsZero() && e.Method == core.MethodPrimarySource && h.counts(e.Register, e.Organization) && h.heard(e.RecordedAt) && !h.withdrawn(l, e) {
			take(e.CheckedOn)
		}
	}
	for _, k := range l.Looks {
		saw := map[core.Axis]bool{core.Lifecycle: k.Lifecycle != "", core.Term: !k.ExpiresOn.IsZero(), core.Discipline: k.Discipline != ""}[axis]
		if saw && (k.Outcome == core.CheckSame || k.Outcome == core.CheckChanged) && h.counts(k.Register, k.Organization) && h.heard(k.At) {
			take(k.CheckedOn)
		}
	}
	return last
}

// barring is an order that takes the right away where no rule says otherwise, and that
// nobody said to have ended.
func (h history) barring(l licenseOf) *eventOf {
	for _, e := range l.Events {
		if e.Axis != core.Discipline || !slices.Contains([]string{"suspended", "surrendered", "revoked"}, e.Status) || h.withdrawn(l, e) || !h.heard(e.RecordedAt) ||
			e.EffectiveOn.After(h.On) || !e.Until.IsZero() && h.On.After(e.Until) {
			continue
		}
		if slices.ContainsFunc(h.Rules[l.Jurisdiction], func(r ruleOf) bool { return r.Kind == license.RegimeDisciplined }) {
			continue
		}
		if !slices.ContainsFunc(l.Events, func(r eventOf) bool {
			return r.Axis == core.Discipline && (r.Status == core.Reinstated || r.Status == "none" && e.Status == "suspended") &&
				(r.Lifts == e.ID || r.Lifts.IsZero() && sameAuthority(r.Authority, e.Authority))
		}) {
			return &e
		}
	}
	return nil
}

func sameAuthority(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), ""), strings.Join(strings.Fields(b), ""))
}

// unrecorded is a status that takes the right away, which the last look at the
// discipline that counts saw, and no event says or is later than.
func (h history) unrecorded(l licenseOf) string {
	at := func(on core.Date, recorded time.Time, id [16]byte) string {
		return fmt.Sprintf("%s %s %x", on, recorded.Format(time.RFC3339), id)
	}
	var status, last string
	for _, k := range l.Looks {
		if when := at(k.CheckedOn, k.At, k.ID); k.Discipline != "" && k.Discipline != core.Reinstated && (k.Outcome == core.CheckSame || k.Outcome == core.CheckChanged) &&
			h.counts(k.Register, k.Organization) && h.heard(k.At) && !k.CheckedOn.After(h.On) && when > last {
			status, last = k.Discipline, when
		}
	}
	for _, e := range l.Events {
		if e.Axis == core.Discipline && !h.withdrawn(l, e) && h.heard(e.RecordedAt) && (e.Status == status || at(e.CheckedOn, e.RecordedAt, e.ID) >= last) {
			return ""
		}
	}
	if !slices.Contains([]string{"suspended", "surrendered", "revoked"}, status) || slices.ContainsFunc(h.Rules[l.Jurisdiction], func(r ruleOf) bool { return r.Kind == license.RegimeDisciplined }) {
		return ""
	}
	return status
}

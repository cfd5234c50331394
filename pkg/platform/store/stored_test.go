package store_test

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm/schema"

	"github.com/palmar/palmar/pkg/attest/certify/certifydb"
	"github.com/palmar/palmar/pkg/career/continuing/continuingdb"
	"github.com/palmar/palmar/pkg/career/licensure/licensuredb"
	"github.com/palmar/palmar/pkg/career/renewal/renewaldb"
	"github.com/palmar/palmar/pkg/career/specialty/specialtydb"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
	"github.com/palmar/palmar/pkg/people/grant/grantdb"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// jsonColumn is a column that is read as JSON, with the column that names its row.
type jsonColumn struct{ table, column, key string }

// jsonColumns are all fields of rows with a tag of.
func jsonColumns(t *testing.T) (all []jsonColumn) {
	t.Helper()
	for table, row := range rowsByTable() {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(row)) {
			of, tagged := f.Tag.Lookup("of")
			if is := strings.HasPrefix(f.Type.Name(), "JSON["); is != tagged {
				t.Errorf("%s.%s is kept as JSON: %t; has a tag of: %t", table, f.Name, is, tagged)
			}
			if !tagged {
				continue
			}
			name, key, named := strings.Cut(of, ".")
			if !named {
				key = "id"
			}
			if name != table {
				t.Errorf("%s.%s says to be of %s", table, f.Name, name)
			}
			all = append(all, jsonColumn{table, schema.NamingStrategy{}.ColumnName("", f.Name), key})
		}
	}
	return all
}

// readers read all rows of the tables that keep JSON.
func readers() map[string]func(*store.Tx) error {
	all := map[string]func(*store.Tx) error{}
	all["audit_events"] = read[store.AuditEvent]
	all["idempotency_keys"] = read[store.IdempotencyKey]
	all["paper_styles"] = read[certifydb.PaperStyle]
	all["grants"] = read[grantdb.Grant]
	all["grant_requests"] = read[grantdb.Request]
	all["share_links"] = read[grantdb.Link]
	all["imports"] = read[logbookdb.Import]
	all["transfers"] = read[logbookdb.Transfer]
	all["assessment_forms"] = read[specialtydb.Form]
	all["assessments"] = read[specialtydb.Assessment]
	all["ce_activities"] = read[continuingdb.Activity]
	all["ce_courses"] = read[continuingdb.CourseCE]
	all["courses"] = read[specialtydb.Course]
	all["directory_profiles"] = read[specialtydb.Profile]
	all["reminder_settings"] = read[renewaldb.Settings]
	all["roster_matches"] = read[licensuredb.Match]
	all["roster_sources"] = read[licensuredb.Source]
	all["rosters"] = read[licensuredb.Roster]
	return all
}

func read[T any](tx *store.Tx) error {
	_, err := store.All[T](tx.Gorm())
	return err
}

// TestStored breaks each column that keeps JSON, and wants anyone who reads it told
// where it is, never given an empty value.
func TestStored(t *testing.T) {
	checked := map[string]row{ // what the tables' checks ask for
		"assessment_forms": {"scale": 5}, "ce_activities": {"state": "planned", "type": "live", "hour": 60}, "ce_courses": {"type": "live"},
		"grants":         {"purpose": "transfer", "given_at": time.Unix(0, 0), "until": time.Unix(1, 0), "ended_by": ""},
		"grant_requests": {"purpose": "transfer", "months": 1, "state": "open", "email": "a@b.example"},
		"share_links":    {"purpose": "transfer", "most": 5, "used": 1},
		"imports":        {"state": "proposed"}, "paper_styles": {"stage": "used", "layout": "classic", "size": "a4", "logo_type": ""},
		"roster_matches": {"doubt": "several", "state": "open"}, "rosters": {"state": "running"},
		"roster_sources": {"organization_id": id()},
		"transfers":      {"state": "proposed", "stood_reason": "", "source_digest": ""},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		loose(t, db)
		for _, c := range jsonColumns(t) {
			for _, broken := range []string{`{"secret": `, "", `"secret"`} {
				if broken == `"secret"` && slices.Contains([]string{"line", "mapping", "report", "refusals"}, c.column) {
					continue // handed on as it is, for who knows what it is of
				}
				t.Run(c.table+" "+c.column+" "+broken, func(t *testing.T) {
					columns := columnsOf(t, db, c.table)
					values := row{}
					for _, other := range jsonColumns(t) {
						if other.table == c.table {
							values[other.column] = "[]"
						}
					}
					if c.table == "audit_events" || c.table == "idempotency_keys" {
						values = row{}
					}
					maps.Copy(values, checked[c.table])
					values[c.column] = broken
					if columns[c.key].key {
						values[c.key] = id()
					}
					reader := readers()[c.table]
					if reader == nil {
						t.Fatal("nobody reads it here")
					}
					insert, args, _, _ := insertOf(lock{table: c.table, row: values}, columns)
					err := db.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
						if err := store.Exec(tx, insert, args...); err != nil {
							t.Fatal(err)
						}
						return errors.Join(reader(tx), errTried)
					})
					want := c.table + "." + c.column + " of " + c.key + " " + values[c.key].(string)
					if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") || core.AsFault(err) != nil {
						t.Errorf("want an error of our own that tells of %s, got %v", want, err)
					}
				})
			}
		}
	})
}

// TestStored_All finds the columns that the migrations say to hold JSON: each is
// read as such by a row, or by who is named here.
func TestStored_All(t *testing.T) {
	elsewhere := map[string]string{
		"standards.body":          "standard.Parse",
		"standings.body":          "logbook, which evaluates it",
		"proposals.standing":      "certify, which shows it",
		"escrow_credentials.body": "certify.Bundle",
		"log_openings.payload":    "translog.Opening.Detail",
	}
	read := map[string]bool{}
	for _, c := range jsonColumns(t) {
		read[c.table+"."+c.column] = true
	}
	table, column := regexp.MustCompile(`^CREATE TABLE (\w+) \(`), regexp.MustCompile(`^ +(\w+) .*-- .*JSON`)
	err := fs.WalkDir(store.Migrations(), "migrations/sqlite", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(store.Migrations(), path)
		in := ""
		for line := range strings.Lines(string(text)) {
			if m := table.FindStringSubmatch(line); m != nil {
				in = m[1]
			}
			if m := column.FindStringSubmatch(line); m != nil && !read[in+"."+m[1]] && elsewhere[in+"."+m[1]] == "" {
				t.Errorf("%s.%s holds JSON and is read as a text", in, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

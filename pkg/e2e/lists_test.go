package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/testkit"
)

// lists is the registrar's part in taking in what a board publishes.
func lists(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("g.whitlock@brightwater.example", school.Password)
	v.menu("Imports")
	v.follow("board lists")
	v.sees(testkit.Says("licensure.rosters.no_boards_list_can_be"))
	v.follow("Add a board")
	v.write("Name of the list", "Maryland Board of Massage Therapy Examiners")
	v.write("Title", "Massage Therapist")
	v.write("Number", "No")
	v.write("Name", "Name")
	v.write("Status", "Status")
	v.write(testkit.Says("column.expires_on"), "Ends")
	v.press(testkit.Says("licensure.source.keep"))
	v.sees(testkit.Says("unknown_jurisdiction.code"))
	v.write("State", "Maryland")
	v.write(testkit.Says("licensure.source.dates_written_as"), "MM/DD/YYYY")
	v.write(testkit.Says("licensure.source.words_board"), "Clear = lifecycle:active")
	v.press(testkit.Says("licensure.source.keep"))
	v.sees("can now be imported")

	file := filepath.Join(t.TempDir(), "november.csv")
	if err := os.WriteFile(file, []byte("No,Name,Status,Ends\nR1,Kofi Mensah,Clear,08/31/2029\nR2,Nobody Here,Clear,08/31/2029\nR3,Odd One,Odd,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	v.write(testkit.Says("licensure.rosters.whose_list"), "Maryland")
	v.attach("File", file)
	v.press(testkit.Says("licensure.rosters.try_list_2"))
	v.sees(testkit.Says("licensure.rosters.what_list_would_bring"), "is not among the words of this list")
	v.attach(testkit.Says("licensure.rosters.same_file_again"), file)
	v.press(testkit.Says("licensure.rosters.take_list"))
	v.sees("List imported.", "november.csv")
	v.follow(testkit.Says("licensure.roster.decide_whose_doubtful_lines"))
	v.sees("Kofi Mensah", "one of the two has no year of birth")
	v.press(testkit.Says("licensure.matches.none_them"))
	v.sees(testkit.Says("shared.nothing_waits"))
	v.follow(testkit.Says("shared.boards_lists"))
	v.follow("Maryland Board")
	v.write(testkit.Says("licensure.source.words_board"), "Clear = lifecycle:active\nOdd = lifecycle:expired")
	v.press(testkit.Says("shared.save_changes"))
	v.sees(testkit.Says("licensure.sources.how_is_read_is_changed"))
	v.follow(testkit.Says("licensure.rosters.qualifications_look_at_again"))
	v.sees(testkit.Says("licensure.due.nothing_due"))
}

// sources is the operator's part: approving a board's register, whose list counts for
// everybody.
func sources(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("h.marsh@brightwater.example", school.Password)
	v.open("/sources")
	v.sees(testkit.Says("licensure.approved.none"))
	v.follow(testkit.Says("licensure.approved.approve_source"))
	v.write(testkit.Says("licensure.source.name_list"), "Florida public list")
	v.write("State", "Florida")
	v.write(testkit.Says("licensure.approved.authority"), "Florida Board of Massage Therapy")
	v.write("Number", "No")
	v.write("Name", "Name")
	v.write("Status", "Status")
	v.write(testkit.Says("column.expires_on"), "Ends")
	v.write(testkit.Says("licensure.source.dates_written_as"), "MM/DD/YYYY")
	v.press(testkit.Says("licensure.approved.approve"))
	v.sees(testkit.Said("licensure.approved.approved", "name", "Florida public list"), testkit.Says("licensure.approved.not_listed"))
	file := filepath.Join(t.TempDir(), "florida.csv")
	if err := os.WriteFile(file, []byte("No,Name,Status,Ends\nMA1,Nobody Here,active,08/31/2029\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	v.attach("File", file)
	v.press(testkit.Says("licensure.rosters.try_list_2"))
	v.sees(testkit.Says("licensure.rosters.what_list_would_bring"))
	v.open("/license-contests")
	v.sees(testkit.Says("licensure.contests.none"))
	v.open("/source-matches")
	v.open("/sources")
}

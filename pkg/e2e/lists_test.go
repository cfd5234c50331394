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
	v.follow("boards’ lists")
	v.sees("No board’s list can be read yet")
	v.follow("Add a board")
	v.write("Name of the list", "Maryland Board of Massage Therapy Examiners")
	v.write("Title", "Massage Therapist")
	v.write("Number", "No")
	v.write("Name", "Name")
	v.write("Status", "Status")
	v.write("Last day", "Ends")
	v.press("Keep it")
	v.sees(testkit.Says("unknown_jurisdiction.jurisdiction_one_two"))
	v.write("State", "Maryland")
	v.write("Dates are written as", "MM/DD/YYYY")
	v.write("Words of the board", "Clear = lifecycle:active")
	v.press("Keep it")
	v.sees("can be read now")

	file := filepath.Join(t.TempDir(), "november.csv")
	if err := os.WriteFile(file, []byte("No,Name,Status,Ends\nR1,Kofi Mensah,Clear,08/31/2029\nR2,Nobody Here,Clear,08/31/2029\nR3,Odd One,Odd,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	v.write("Whose list", "Maryland")
	v.attach("File", file)
	v.press("Try the list")
	v.sees("What the list would bring", "is not among the words of this list")
	v.attach("The same file again", file)
	v.press("Take the list in")
	v.sees("The list is taken in.", "november.csv")
	v.follow("Decide whose the doubtful lines are")
	v.sees("Kofi Mensah", "the year of birth is not known on both sides")
	v.press("It is of none of them")
	v.sees("Nothing waits")
	v.follow("Boards’ lists")
	v.follow("Maryland Board")
	v.write("Words of the board", "Clear = lifecycle:active\nOdd = lifecycle:expired")
	v.press("Keep the changes")
	v.sees("is read is changed.")
	v.follow("Qualifications to look at again")
	v.sees("Nothing is due")
}

package translog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/translog"
)

func TestPastedCheckpoints(t *testing.T) {
	one := "palmar.example/log\n7\nAAAA\n\n— palmar.example/log c2ln\n"
	two := "palmar.example/log\n9\nBBBB\n\n— palmar.example/log c2ln\n— witness.example d29yZA==\n"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a checkpoint":     {one, []string{one}},
		"a mail of two":    {"Hello,\n\nhere it is:\n\n" + one + "\nand\n\n" + two + "\nBye\n", []string{one, two}},
		"quoted":           {"> " + strings.ReplaceAll(strings.TrimSuffix(one, "\n"), "\n", "\n> "), []string{one}},
		"indented":         {"    " + strings.ReplaceAll(one, "\n", "\n    "), []string{one}},
		"lines of Windows": {strings.ReplaceAll(one, "\n", "\r\n"), []string{one}},
		"a saved mail": {
			"To: a@example.org\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\nHello,\r\n\r\n" +
				"palmar.example/log\r\n9\r\nBB=\r\nBB\r\n\r\n=E2=80=94 palmar.example/log =\r\nc2ln\r\n=E2=80=94 witness.example d29yZA=3D=3D\r\n\r\nBye\r\n", []string{two},
		},
		"nothing":           {"", nil},
		"a dash in a mail":  {"a\nb\n\n— me\n", nil},
		"without signature": {"palmar.example/log\n7\nAAAA\n", nil},
	} {
		if got := translog.PastedCheckpoints(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

package fold_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/core/fold"
)

// names are what is looked for, and the names that it is found in.
var names = map[string][]string{
	"Ortega":   {"Ana Ortega", "ORTEGA, Ana", "Ana María Ortega Ruiz", "ana órtega", "Ana Ruiz-Ortega"},
	"ort ana":  {"Ana Ortega", "Ortega Ana"},
	"nguyen":   {"Nguyễn Văn An", "An NGUYỄN", "Nguye\u0302\u0303n An", "An Nguyen-Smith"},
	"O'Neill":  {"Siobhán O’Neill", "ONEILL, S.", "Siobhán O'Neill", "Siobhán O`Neill", "S O\u02bcNeill", "S O\u00b4Neill", "S O\uff07Neill"},
	"O’Brien":  {"Kate O'Brien"},
	"neill":    {"Siobhán O’Neill", "Siobhan O'Neill"},
	"O Neill":  {"Siobhán O’Neill"},
	"SOREN":    {"Søren Kierkegaard", "Kierkegaard, SØREN"},
	"søren":    {"Soren Lund"},
	"Lukasz":   {"Łukasz Kowalski"},
	"Łukasz":   {"Lukasz Kowalski", "ŁUKASZ KOWALSKI"},
	"José":     {"Jose\u0301 Cruz", "JOSE CRUZ", "Cruz José"},
	"jose":     {"Jos\u00e9 Cruz", "Jose\u0301 Cruz"},
	"lopez":    {"Ana García-López", "Ana García‐López", "Ana García—López"},
	"garcia":   {"Ana García-López"},
	"strasse":  {"Uwe Straße", "UWE STRASSE", "Uwe STRAẞE"},
	"thor":     {"Þór Ægisson"},
	"aegis":    {"Þór Ægisson"},
	"coeur":    {"Jean Cœur"},
	"ILKER":    {"İlker Işık", "ılker"},
	"isik":     {"İlker Işık"},
	"dordevic": {"Ana Đorđević"},
	"borg":     {"Ġorġ Ħabib Borg"},
	"habib":    {"Ġorġ Ħabib Borg"},
	"Fiona":    {"ﬁona Hill", "Ｆｉｏｎａ Hill"},
	"zoe":      {"Zo\u00eb", "Zoe\u0308 Ümit", "Z\u00adoe"},
}

func TestFound(t *testing.T) {
	t.Parallel()
	for search, in := range names {
		for _, name := range in {
			for _, form := range []norm.Form{norm.NFC, norm.NFD} {
				if !fold.Found(form.String(search), form.String(name)) {
					t.Errorf("%q does not find %q: %q in %q", search, name, fold.Words(search), fold.Index(name))
				}
			}
		}
	}
	for search, name := range map[string]string{
		"rtega": "Ana Ortega", "Ortega Luis": "Ana Ortega", "": "Ana Ortega", " ' ": "Ana Ortega", "%": "Ana Ortega", "o_tega": "Ana Ortega", "eill": "O'Neill", "か": "がく", "Ortegas": "Ana Ortega",
	} {
		if fold.Found(search, name) {
			t.Errorf("%q finds %q", search, name)
		}
	}
}

// Of twenty scripts: two ways to write the same, and one that is another name.
func TestWords_Scripts(t *testing.T) {
	t.Parallel()
	for script, of := range map[string][3]string{
		"Latin": {"Dvořák", "DVORAK", "Dvor"}, "Greek": {"Γιώργος Παπαδόπουλος", "ΓΙΩΡΓΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ", "Γιώργης"}, "Cyrillic": {"Алёна Сергеевна", "АЛЕНА СЕРГЕЕВНА", "Алина"},
		"Armenian": {"Արամ Խաչատրյան", "ԱՐԱՄ ԽԱՉԱՏՐՅԱՆ", "Արմեն"}, "Georgian": {"ნინო", "ᲜᲘᲜᲝ", "ნანა"}, "Hebrew": {"שָׁלוֹם", "שלום", "שלמה"}, "Arabic": {"أحمَد", "احمد", "حامد"},
		"Persian": {"علی کریمی", "علي كريمي", "علا"}, "Syriac": {"ܫܡܥܘܢ", "ܫܡܥܘܢ\u0730", "ܫܡܘܐܠ"}, "Devanagari": {"ज़ोया", "जोया", "जया"}, "Bengali": {"রহিম", "রহিম\u200c", "রাহুল"}, "Gurmukhi": {"ਸ਼ਾਮ", "ਸਾਮ", "ਸ਼ੀਮ"},
		"Tamil": {"கொண்டா", "க\u0bc6\u0bbeண்டா", "கண்டா"}, "Thai": {"ก้อง", "กอง", "กิอง"}, "Lao": {"ຄຳ", "ຄໍາ", "ຄີ"}, "Khmer": {"សុខា", "សុខា\u200b", "សេខា"}, "Myanmar": {"မောင်", "မ\u1031ာင်", "မင်"},
		"Hangul": {"김민수", norm.NFD.String("김민수"), "김민서"}, "Kana": {"ガク", "ｶﾞｸ", "カク"}, "Han": {"\uf9d1田", "六田", "五田"}, "Ethiopic": {"አበበ", "አበበ ", "አበባ"}, "Cherokee": {"ᏣᎳᎩ", "ꮳꮃꭹ", "ᏣᎳ"}, "Tibetan": {"བཀྲ་ཤིས", "བཀྲ་ཤིས་", "བཀྲ་ཤས"},
	} {
		one, same, other := fold.Key(of[0]), fold.Key(of[1]), fold.Key(of[2])
		if one == "" || one != same {
			t.Errorf("%s: %q is %q, and %q %q", script, of[0], one, of[1], same)
		}
		if one == other {
			t.Errorf("%s: %q is %q", script, of[0], of[2])
		}
		if !fold.Found(of[1], of[0]) {
			t.Errorf("%s: %q does not find %q", script, of[1], of[0])
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{
		"Ada Example": "ada example", "EXAMPLE, ADA M.": "ada example", "Example Ada": "ada example", "Ada Maria Example, Jr.": "ada example", "José Núñez": "jose nunez", "Jose\u0301 Nu\u0301n\u0303ez": "jose nunez",
		"O'Neil, Siobhán": "oneil siobhan", "Siobhan O’Neil": "oneil siobhan", "Ada Smith-Jones": "ada jones", "Cher": "cher", " , ": "", "Ada Example LMT": "ada example", "👩\u200d🔬": "",
	} {
		if got := fold.Key(name); got != key {
			t.Errorf("%q gives %q, want %q", name, got, key)
		}
	}
}

// drawn draws names: letters of all scripts, with accents, marks and punctuation
// wherever they fall.
func drawn() *rapid.Generator[string] {
	tables := []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew, unicode.Devanagari, unicode.Thai, unicode.Hangul, unicode.Hiragana, unicode.Mn, unicode.P, unicode.Cf, unicode.Lm}
	return rapid.OneOf(
		rapid.StringOfN(rapid.OneOf(rapid.RuneFrom([]rune("aøŁßİı'’-, \u0301\u0345\u200d")), rapid.RuneFrom(nil, tables...)), 0, 20, -1),
		rapid.String(),
		rapid.Custom(func(t *rapid.T) string {
			return rapid.SampledFrom(slices.Sorted(func(yield func(string) bool) {
				for _, all := range names {
					for _, name := range all {
						if !yield(name) {
							return
						}
					}
				}
			})).Draw(t, "name")
		}),
	)
}

func TestWords_Laws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { laws(t, drawn().Draw(t, "name")) })
}

func FuzzWords(f *testing.F) {
	for _, all := range names {
		for _, name := range all {
			f.Add(name)
		}
	}
	f.Add("\u1fb3 \u0345\u00b4\u1ffd \u0f71\u0f72 \u3099\u304b")
	f.Fuzz(func(t *testing.T, name string) { laws(t, strings.ToValidUTF8(name, "")) })
}

// laws are what holds of any name.
func laws(t interface{ Errorf(string, ...any) }, name string) {
	words := fold.Words(name)
	if again := fold.Words(strings.Join(words, " ")); !slices.Equal(words, again) {
		t.Errorf("%q is %q, and that is %q", name, words, again)
	}
	for form, other := range map[string]string{"NFC": norm.NFC.String(name), "NFD": norm.NFD.String(name)} {
		if of := fold.Words(other); !slices.Equal(words, of) {
			t.Errorf("%q is %q, in %s %q", name, words, form, of)
		}
	}
	if key := fold.Key(name); fold.Key(key) != key {
		t.Errorf("the key of %q is %q, and of that %q", name, key, fold.Key(key))
	}
	for _, word := range words {
		if !fold.Found(word, name) {
			t.Errorf("%q is not found in %q", word, name)
		}
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsControl(r) }) {
			t.Errorf("%q is a word of %q", word, name)
		}
	}
	if len(words) > 0 && !fold.Found(name, name) {
		t.Errorf("%q does not find itself", name)
	}
}

func BenchmarkWords(b *testing.B) {
	for b.Loop() {
		fold.Words("Łukasz Nguyễn O’Neill-Cruz")
	}
}

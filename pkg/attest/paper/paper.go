package paper

import (
	"bytes"
	"image"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// StyleStage is whether a style is being tried or is in use.
type StyleStage string

// A draft is only previewed; the one in use prints what anybody downloads.
const (
	StyleDraft StyleStage = "draft"
	StyleUsed  StyleStage = "used"
)

// PaperLayouts and PaperSizes are the words of a Style.
var (
	PaperLayouts = []string{"classic", "modern"}
	PaperSizes   = []string{"letter", "a4"}
)

// Style is how a school's certificates and transcripts look on paper. It
// changes nothing of what a certificate says. Accent is a color as #RRGGBB;
// Preamble stands above the name, Footer below everything (several lines);
// Signatories have a line each to sign on. Logo is a PNG or JPEG.
type Style struct {
	OrganizationID core.OrganizationID
	Stage          StyleStage
	Layout         string
	Size           string
	Accent         string
	Preamble       string
	Footer         string
	Signatories    []Signatory
	Logo           []byte
	LogoType       string
	Version        int
	ChangedAt      time.Time
	ChangedBy      core.AccountID
}

// Signatory is someone whose name stands below a line to sign on.
type Signatory struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// DefaultPaperStyle is what a school has that never chose one.
func DefaultPaperStyle(org core.OrganizationID) Style {
	return Style{OrganizationID: org, Layout: "classic", Size: "letter", Accent: "#1c5d55", Preamble: words.English().Say("paper.preamble")}
}

const (
	// MostLogo is how many bytes a logo has at the most.
	MostLogo        = 256 << 10
	mostLogoSide    = 2_000
	mostSignatories = 3
)

var accent = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// Check trims the texts and says what is wrong. Codes of the fields:
// unknown_layout, unknown_size, bad_color, too_pale, required, too_long,
// bad_character, too_many, too_large, bad_logo.
func (s *Style) Check() error {
	var f core.Collect
	if !slices.Contains(PaperLayouts, s.Layout) {
		f.Add("layout", "unknown_layout.layout")
	}
	if !slices.Contains(PaperSizes, s.Size) {
		f.Add("size", "unknown_size")
	}
	s.Accent = strings.ToLower(strings.TrimSpace(s.Accent))
	if !accent.MatchString(s.Accent) {
		f.Add("accent", "bad_color")
	} else if contrastWithWhite(s.Accent) < 4.5 {
		f.Add("accent", "too_pale")
	}
	checkLine(&f, "preamble", &s.Preamble, 0, 120)
	s.checkFooter(&f)
	s.checkSignatories(&f)
	s.checkLogo(&f)
	return f.Err()
}

func checkLine(f *core.Collect, field string, text *string, least, most int) {
	clean, err := core.CleanText(*text, least, most)
	_ = f.Check(field, err) // cleaning gives faults alone
	*text = clean
}

// contrastWithWhite is the contrast ratio of WCAG 2.2 between a color
// (#rrggbb) and white, from 1 to 21.
func contrastWithWhite(color string) float64 {
	rgb, err := strconv.ParseUint(color[1:], 16, 32)
	if err != nil {
		return 1
	}
	linear := func(shift int) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0) + 0.05)
}

func (s *Style) checkFooter(f *core.Collect) {
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(s.Footer, "\r\n", "\n")), "\n")
	if len(lines) > 4 {
		f.Add("footer", "too_long.footer")
		return
	}
	for i := range lines {
		checkLine(f, "footer", &lines[i], 0, 160)
	}
	s.Footer = strings.Join(lines, "\n")
}

func (s *Style) checkSignatories(f *core.Collect) {
	if len(s.Signatories) > mostSignatories {
		f.Add("signatories", "too_many.signatories", "mostSignatories", mostSignatories)
		return
	}
	for i := range s.Signatories {
		checkLine(f, "signatories", &s.Signatories[i].Name, 1, 80)
		checkLine(f, "signatories", &s.Signatories[i].Role, 0, 80)
	}
}

func (s *Style) checkLogo(f *core.Collect) {
	if len(s.Logo) == 0 {
		s.Logo, s.LogoType = nil, ""
		return
	}
	if len(s.Logo) > MostLogo {
		f.Add("logo", "too_large.logo", "mostLogo", MostLogo>>10)
		return
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(s.Logo))
	if err != nil {
		f.Add("logo", "bad_logo.type")
		return
	}
	if config.Width > mostLogoSide || config.Height > mostLogoSide {
		f.Add("logo", "too_large.logo_side", "mostLogoSide", mostLogoSide)
		return
	}
	if _, _, err := image.Decode(bytes.NewReader(s.Logo)); err != nil {
		f.Add("logo", "bad_logo.unreadable")
		return
	}
	s.LogoType = "image/" + format
}

package employerweb

import (
	"bytes"
	"html/template"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"

	"github.com/palmar/palmar/pkg/core"
)

// The picture that a certificate is baked into: a ring with a check mark.
const badgeSize = 512

var (
	badgeInk   = color.NRGBA{0x1c, 0x5d, 0x55, 0xff}
	badgePaper = color.NRGBA{0xff, 0xff, 0xff, 0xff}
)

var badgePNG = sync.OnceValue(func() []byte {
	picture := image.NewNRGBA(image.Rect(0, 0, badgeSize, badgeSize))
	for y := range badgeSize {
		for x := range badgeSize {
			picture.SetNRGBA(x, y, badgeAt(float64(x)+.5, float64(y)+.5))
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		panic(err) // a buffer takes all
	}
	return out.Bytes()
})

// badgeAt is the color of a point, with edges a point wide.
func badgeAt(x, y float64) color.NRGBA {
	const middle = badgeSize / 2
	r := math.Hypot(x-middle, y-middle)
	mark := min(toSegment(x, y, 160, 262, 228, 330), toSegment(x, y, 228, 330, 356, 192))
	paper := max(cover(math.Abs(r-212)-5), cover(mark-19))
	c := color.NRGBA{A: uint8(255 * cover(r-250))}
	blend := func(a, b uint8) uint8 { return uint8(float64(a)*(1-paper) + float64(b)*paper) }
	c.R, c.G, c.B = blend(badgeInk.R, badgePaper.R), blend(badgeInk.G, badgePaper.G), blend(badgeInk.B, badgePaper.B)
	return c
}

// cover is how much of a point lies within an edge that is d points away.
func cover(d float64) float64 { return max(0, min(1, .5-d)) }

// toSegment is the distance of a point from a line between two others.
func toSegment(x, y, x1, y1, x2, y2 float64) float64 {
	dx, dy := x2-x1, y2-y1
	t := max(0, min(1, ((x-x1)*dx+(y-y1)*dy)/(dx*dx+dy*dy)))
	return math.Hypot(x-x1-t*dx, y-y1-t*dy)
}

var badgeSVG = template.Must(template.New("badge").Parse(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 640" role="img" aria-label="{{.Title}}, {{.SubjectName}}">
<circle cx="256" cy="256" r="250" fill="#1c5d55"/><circle cx="256" cy="256" r="212" fill="none" stroke="#fff" stroke-width="10"/>
<path d="M160 262l68 68 128-138" fill="none" stroke="#fff" stroke-width="38" stroke-linecap="round" stroke-linejoin="round"/>
<g font-family="system-ui, sans-serif" text-anchor="middle" fill="#1b2b29"><text x="256" y="556" font-size="30" font-weight="600" textLength="{{.Wide .Title}}" lengthAdjust="spacingAndGlyphs">{{.Title}}</text>
<text x="256" y="592" font-size="26" textLength="{{.Wide .SubjectName}}" lengthAdjust="spacingAndGlyphs">{{.SubjectName}}</text><text x="256" y="624" font-size="20">{{.OrganizationName}}</text></g>
</svg>
`))

type badgeDrawing struct{ core.Credential }

// Wide keeps a text within the picture.
func (badgeDrawing) Wide(text string) int { return min(492, 14*len([]rune(text))) }

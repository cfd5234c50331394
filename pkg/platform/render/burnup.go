package render

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// BurnUp is how recorded and valid minutes grew toward what is required, a
// point for each week. It is drawn with the table of its figures beside it.
type BurnUp struct {
	Required core.Minutes
	Points   []BurnUpPoint
}

// BurnUpPoint is where someone stood at the end of the week of a Monday.
type BurnUpPoint struct {
	Monday          core.Date
	Recorded, Valid core.Minutes
}

const burnWidth, burnHeight = 640, 240

// burnUp draws the lines; it has no ids and no inline style.
func (w writer) burnUp(u BurnUp) template.HTML {
	if len(u.Points) == 0 {
		return ""
	}
	last := u.Points[len(u.Points)-1]
	top := max(u.Required, last.Recorded, 1)
	y := func(m core.Minutes) int { return burnHeight - int(int64(m)*burnHeight/int64(top)) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="burn-up" viewBox="-4 -8 %d %d" role="img"><title>%s</title><desc>%s</desc>`, burnWidth+8, burnHeight+16, template.HTMLEscapeString(w.Say("plot.hours_by_week")),
		template.HTMLEscapeString(w.Say("plot.burn_up", "recorded", last.Recorded, "valid", last.Valid, "required", u.Required, "count", len(u.Points))))
	fmt.Fprintf(&b, `<path class="burn-required" d="M0 %dH%d"/>`, y(u.Required), burnWidth)
	u.line(&b, "burn-recorded", func(p BurnUpPoint) int { return y(p.Recorded) })
	u.line(&b, "burn-valid", func(p BurnUpPoint) int { return y(p.Valid) })
	fmt.Fprintf(&b, `<path class="burn-axis" d="M0 %dH%d"/></svg>`, burnHeight, burnWidth)
	return template.HTML(b.String())
}

func (u BurnUp) line(b *strings.Builder, class string, y func(BurnUpPoint) int) {
	fmt.Fprintf(b, `<path class="%s" d="M0 %d`, class, burnHeight)
	for i, p := range u.Points {
		fmt.Fprintf(b, `L%d %d`, (i+1)*burnWidth/len(u.Points), y(p))
	}
	b.WriteString(`"/>`)
}

// Package qr draws QR codes as SVG. It must never know what they lead to.
package qr

import (
	"fmt"
	"html/template"
	"strings"

	qrcode "github.com/skip2/go-qrcode"
)

// SVG draws a text as a QR code of squares, black on white in both color
// schemes, since cameras want it so; name is what it is called aloud.
func SVG(text, name string) (template.HTML, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return "", err
	}
	bits := code.Bitmap()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img"><title>%s</title><rect class="qr-paper" fill="#fff" width="%d" height="%d"/><path class="qr-ink" fill="#000" d="`,
		len(bits), len(bits), template.HTMLEscapeString(name), len(bits), len(bits))
	for y, row := range bits {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return template.HTML(b.String()), nil //nolint:gosec // the name is escaped, the rest are numbers
}

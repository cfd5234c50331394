package paper

import (
	"strconv"

	"github.com/carlos7ags/folio/document"
	"github.com/carlos7ags/folio/font"
	"github.com/carlos7ags/folio/layout"
)

// paper is the size of a page.
func (v *view) paper() document.PageSize {
	size := document.PageSizeLetter
	if v.Style.Size == "a4" {
		size = document.PageSizeA4
	}
	if v.Landscape {
		size.Width, size.Height = size.Height, size.Width
	}
	return size
}

func (v *view) margins() layout.Margins {
	if v.Landscape {
		return layout.Margins{Top: 54, Right: 64, Bottom: 50, Left: 64}
	}
	return layout.Margins{Top: 48, Right: 54, Bottom: 58, Left: 54}
}

// decorate draws what is no content and is marked as such: the frame of a
// certificate and the number of each page.
func (v *view) decorate(doc *document.Document) {
	color := rgb(v.Style.Accent)
	face := font.NewEmbeddedFont(coverage()[0])
	doc.SetFooter(func(ctx document.PageContext, page *document.Page) {
		stream, size := page.ContentStream(), v.paper()
		stream.BeginMarkedContent("Artifact")
		defer stream.EndMarkedContent()
		if v.Landscape && v.Style.Layout == "modern" {
			page.AddRectFilled(0, 0, 20, size.Height, color)
		} else if v.Landscape {
			page.AddRect(22, 22, size.Width-44, size.Height-44, 2.5, color)
			page.AddRect(29, 29, size.Width-58, size.Height-58, 0.6, color)
		} else {
			page.AddLine(54, 46, size.Width-54, 46, 0.6, color)
		}
		page.AddTextEmbedded(v.l.Say("paper.page", "code", v.Code, "page", ctx.PageIndex+1, "pages", ctx.TotalPages), face, 7.5, 54, 34)
	})
}

func rgb(accent string) [3]float64 {
	n, err := strconv.ParseUint(accent[1:], 16, 32)
	if err != nil {
		return [3]float64{}
	}
	return [3]float64{float64(n>>16&0xff) / 255, float64(n>>8&0xff) / 255, float64(n&0xff) / 255}
}

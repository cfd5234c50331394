package credential

import (
	"bytes"
	"image"
	"image/png"
	"testing"
)

func TestBake(t *testing.T) {
	document := issue(t, completionClaim(testKey(t, 7)), testKey(t, 7))
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	baked := BakePNG(picture.Bytes(), document)
	if _, err := png.Decode(bytes.NewReader(baked)); err != nil {
		t.Errorf("no PNG any more: %v", err)
	}
	drawing := []byte(`<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>`)
	for name, raw := range map[string][]byte{"PNG": baked, "SVG": BakeSVG(drawing, document), "SVG with ]]>": BakeSVG(drawing, []byte(`{"a":"]]>"}`))} {
		want := document
		if name == "SVG with ]]>" {
			want = []byte(`{"a":"]]>"}`)
		}
		if got, _, err := Open(raw); err != nil || !bytes.Equal(got, bytes.TrimSpace(want)) {
			t.Errorf("%s gives back %.60s, %v", name, got, err)
		}
	}
	if report := check(t, baked); report.Outcome != Valid {
		t.Errorf("the picture by itself: %+v", report)
	}
	for id, raw := range map[string][]byte{
		"reason.no_certificate": []byte("x"), "reason.picture_has_none": picture.Bytes(),
	} {
		if text, _, err := Open(raw); text != nil || outcomeOf(err) != CouldNotCheck || reasonOf(err).ID != id {
			t.Errorf("%.20q: %q, %v", raw, text, err)
		}
	}
	for _, raw := range [][]byte{nil, []byte("<svg>"), baked[:60], append([]byte(pngSignature), 0xff, 0xff, 0xff, 0xff), []byte("%PDF-1.7")} {
		if text, _, err := Open(raw); len(text) > 0 || outcomeOf(err) != CouldNotCheck {
			t.Errorf("%.20q: %q, %v", raw, text, err)
		}
	}
	if !bytes.Equal(BakePNG([]byte("x"), document), []byte("x")) || !bytes.Equal(BakeSVG([]byte("x"), document), []byte("x")) {
		t.Error("baked into what is no picture")
	}
}

package credential

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/xml"
	"hash/crc32"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// Baking is writing a credential into a picture, as Open Badges 3.0, section
// 5.3 asks for: a PNG carries it in an iTXt chunk, an SVG in an element of its
// own.
const (
	pngSignature  = "\x89PNG\r\n\x1a\n"
	bakedKeyword  = "openbadgecredential"
	bakedSpace    = "https://purl.imsglobal.org/ob/v3p0"
	maxBakedBytes = 4 << 20
)

// BakePNG writes a signed credential into a PNG. What is no PNG comes back as
// it was.
func BakePNG(picture, document []byte) []byte {
	const header = len(pngSignature) + 4 + 4 + 13 + 4 // up to the end of IHDR
	if !bytes.HasPrefix(picture, []byte(pngSignature)) || len(picture) < header {
		return picture
	}
	// Keyword, no compression, no language, no translated keyword.
	data := append([]byte(bakedKeyword+"\x00\x00\x00\x00\x00"), document...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(append(chunk, "iTXt"...), data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	out := append(bytes.Clone(picture[:header]), chunk...)
	return append(out, picture[header:]...)
}

// BakeSVG writes a signed credential into an SVG, before its last tag.
func BakeSVG(picture, document []byte) []byte {
	end := bytes.LastIndex(picture, []byte("</svg>"))
	if end < 0 {
		return picture
	}
	// "]]>" ends a CDATA section: it is written in two of them.
	text := strings.ReplaceAll(string(document), "]]>", "]]]]><![CDATA[>")
	element := `<openbadges:credential xmlns:openbadges="` + bakedSpace + `"><![CDATA[` + text + `]]></openbadges:credential>`
	return append(append(bytes.Clone(picture[:end]), element...), picture[end:]...)
}

// Each reader gives nothing for a file that carries none.

func fromPNG(file []byte) ([]byte, error) {
	chunks := file[len(pngSignature):]
	for len(chunks) >= 12 {
		size := int64(binary.BigEndian.Uint32(chunks))
		if size > int64(len(chunks))-12 {
			break
		}
		kind, data := string(chunks[4:8]), chunks[8:8+size]
		if document, ok := bytes.CutPrefix(data, []byte(bakedKeyword+"\x00\x00\x00\x00\x00")); ok && kind == "iTXt" {
			return document, nil
		}
		chunks = chunks[12+size:]
	}
	return nil, nil
}

func fromSVG(raw []byte) ([]byte, error) {
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := decoder.Token()
		if err != nil {
			return nil, unsupported("reason.no_certificate") // no drawing, or the end of one
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Space != bakedSpace || start.Name.Local != "credential" {
			continue
		}
		var element struct {
			Text   string `xml:",chardata"`
			Verify string `xml:"verify,attr"` // a JWT stands here
		}
		if decoder.DecodeElement(&element, &start) != nil {
			return nil, unsupported("reason.no_certificate")
		}
		if element.Verify != "" {
			return []byte(element.Verify), nil
		}
		return []byte(element.Text), nil
	}
}

const maxAttachments = 20

var (
	embeddedFile = regexp.MustCompile(`/Type\s*/EmbeddedFile\b`)
	streamBegins = regexp.MustCompile(`stream\r?\n`)
	streamLength = regexp.MustCompile(`/Length\s+(\d+)(\s+\d+\s+R)?\b`)
	isDeflated   = regexp.MustCompile(`/FlateDecode\b`)
)

// fromPDF finds the one credential among the files that are attached to a PDF.
func fromPDF(raw []byte) ([]byte, error) {
	var found []byte
	for _, at := range embeddedFile.FindAllIndex(raw, maxAttachments) {
		start := bytes.LastIndex(raw[:at[0]], []byte(" obj"))
		opened := streamBegins.FindIndex(raw[at[0]:])
		if start < 0 || opened == nil {
			continue
		}
		about, body := raw[start:at[0]+opened[0]], raw[at[0]+opened[1]:]
		size := bytes.Index(body, []byte("endstream"))
		if length := streamLength.FindSubmatch(about); length != nil && len(length[2]) == 0 {
			size, _ = strconv.Atoi(string(length[1]))
		}
		if size < 0 || size > len(body) {
			continue
		}
		file := bytes.TrimSpace(inflated(body[:size], isDeflated.Match(about)))
		if !looksLikeJWT(file) && !bytes.HasPrefix(file, []byte("{")) || bytes.Equal(file, found) {
			continue
		}
		if found != nil {
			return nil, unsupported("reason.pdf_has_several")
		}
		found = file
	}
	return found, nil
}

// inflated unpacks a stream of a PDF; nothing where it is damaged or too large.
func inflated(data []byte, packed bool) []byte {
	if !packed {
		return data
	}
	reader, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	out, err := io.ReadAll(io.LimitReader(reader, maxBakedBytes+1))
	if err != nil || len(out) > maxBakedBytes {
		return nil
	}
	return out
}

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

// Unbake takes the credential out of a picture, or out of a PDF that it is
// attached to; what is neither, or holds none or several, comes back as it is.
func Unbake(raw []byte) []byte {
	if len(raw) > maxBakedBytes {
		return raw
	}
	if rest, ok := bytes.CutPrefix(raw, []byte(pngSignature)); ok {
		if document, ok := fromPNG(rest); ok {
			return document
		}
		return raw
	}
	if bytes.Contains(raw[:min(len(raw), 1024)], []byte("%PDF-")) {
		if document, ok := fromPDF(raw); ok {
			return document
		}
		return raw
	}
	if head := bytes.TrimLeft(raw, " \t\r\n\ufeff"); bytes.HasPrefix(head, []byte("<")) && bytes.Contains(raw, []byte(bakedSpace)) {
		if document, ok := fromSVG(raw); ok {
			return document
		}
	}
	return raw
}

func fromPNG(chunks []byte) ([]byte, bool) {
	for len(chunks) >= 12 {
		size := int64(binary.BigEndian.Uint32(chunks))
		if size > int64(len(chunks))-12 {
			return nil, false
		}
		kind, data := string(chunks[4:8]), chunks[8:8+size]
		if document, ok := bytes.CutPrefix(data, []byte(bakedKeyword+"\x00\x00\x00\x00\x00")); ok && kind == "iTXt" {
			return document, true
		}
		chunks = chunks[12+size:]
	}
	return nil, false
}

func fromSVG(raw []byte) ([]byte, bool) {
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := decoder.Token()
		if err != nil {
			return nil, false
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
			return nil, false
		}
		if element.Verify != "" {
			return []byte(element.Verify), true
		}
		return bytes.TrimSpace([]byte(element.Text)), true
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
func fromPDF(raw []byte) ([]byte, bool) {
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
			return nil, false
		}
		found = file
	}
	return found, found != nil
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

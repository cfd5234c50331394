package credential

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/piprate/json-gold/ld"
)

// maxAlike bounds the blank nodes that only their neighbors tell apart. The
// work to name them can grow with the factorial of their number.
const maxAlike = 6

// canonical writes the dataset as canonical N-Quads. As a rule each blank node
// is told apart by what is said of it directly (the first half of RDFC-1.0,
// done here); where some are not, the full algorithm of the library runs, on a
// bounded number of them.
func (d *dataset) canonical() ([]byte, error) {
	ids, alike := d.firstDegreeNames()
	if alike > maxAlike {
		return nil, unsupported("reason.parts_alike")
	}
	if alike > 0 {
		return d.canonicalByLibrary()
	}
	lines := make([]string, len(d.quads))
	for i, q := range d.quads {
		lines[i] = q.line(func(t term) term { return ids[t] })
	}
	slices.Sort(lines)
	return []byte(strings.Join(slices.Compact(lines), "")), nil
}

// firstDegreeNames names the blank nodes in the order of their first-degree
// hashes, and says how many share theirs with another.
func (d *dataset) firstDegreeNames() (names map[term]term, alike int) {
	mentions := make(map[term][]quad, d.blanks)
	for _, q := range d.quads {
		for i, t := range q {
			if t.blank() && !slices.Contains(q[:i], t) {
				mentions[t] = append(mentions[t], q)
			}
		}
	}
	byHash := make(map[string][]term, len(mentions))
	for id, quads := range mentions {
		hash := firstDegreeHash(id, quads)
		byHash[hash] = append(byHash[hash], id)
	}
	names = make(map[term]term, len(mentions))
	for _, hash := range slices.Sorted(maps.Keys(byHash)) {
		if group := byHash[hash]; len(group) > 1 {
			alike += len(group)
			continue
		}
		names[byHash[hash][0]] = term("_:c14n" + strconv.Itoa(len(names)))
	}
	return names, alike
}

func firstDegreeHash(id term, quads []quad) string {
	lines := make([]string, len(quads))
	for i, q := range quads {
		lines[i] = q.line(func(t term) term {
			if t == id {
				return "_:a"
			}
			return "_:z"
		})
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(slices.Compact(lines), "")))
	return hex.EncodeToString(sum[:])
}

// line writes the quad with its blank nodes renamed.
func (q quad) line(name func(term) term) string {
	var b strings.Builder
	for _, t := range q {
		if t == "" {
			continue
		}
		if t.blank() {
			t = name(t)
		}
		b.WriteString(string(t))
		b.WriteByte(' ')
	}
	b.WriteString(".\n")
	return b.String()
}

func (d *dataset) canonicalByLibrary() ([]byte, error) {
	library := ld.NewRDFDataset()
	seen := make(map[quad]bool, len(d.quads))
	for _, q := range d.quads {
		if seen[q] {
			continue
		}
		seen[q] = true
		graph, name := "@default", ""
		if q[3] != "" {
			graph = q[3].node().GetValue()
			name = graph
		}
		library.Graphs[graph] = append(library.Graphs[graph], ld.NewQuad(q[0].node(), q[1].node(), q[2].node(), name))
	}
	options := &ld.JsonLdOptions{Algorithm: ld.AlgorithmURDNA2015, Format: "application/n-quads"}
	nquads, err := ld.NewNormalisationAlgorithm(ld.AlgorithmURDNA2015).Main(library, options)
	if err != nil {
		return nil, unsupported("reason.linked_data_unread")
	}
	return []byte(nquads.(string)), nil
}

// node gives the term as the library holds it.
func (t term) node() ld.Node {
	text := string(t)
	switch {
	case t.blank():
		return ld.NewBlankNode(text)
	case text[0] == '<':
		return ld.NewIRI(text[1 : len(text)-1])
	}
	end := strings.LastIndexByte(text, '"')
	datatype := ld.XSDString
	if kind, ok := strings.CutPrefix(text[end+1:], "^^<"); ok {
		datatype = strings.TrimSuffix(kind, ">")
	}
	return ld.NewLiteral(unescaper.Replace(text[1:end]), datatype, "")
}

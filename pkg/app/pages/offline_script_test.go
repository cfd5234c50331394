package pages

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/kept/vectortest"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
	"github.com/palmar/palmar/templates"
)

// offlineScript runs the script of the page that checks on its own.
type offlineScript struct {
	t    *testing.T
	node string
	now  time.Time
}

type offlineAnswer struct {
	Outcome credential.Outcome
	Checks  []offlineCheck
	Says    json.RawMessage
}

// offlineCheck is a check with its reason as data, beside the sentence.
type offlineCheck struct {
	credential.Check
	ID     string
	Args   map[string]any
	Detail string
}

// offlineWords are the sentences in the page.
var offlineWords = sync.OnceValues(func() (json.RawMessage, error) {
	r, err := render.New(templates.FS)
	if err != nil {
		return nil, err
	}
	page, err := r.Offline.Page(words.English(), render.Facts{Pinned: "{}"})
	if err != nil {
		return nil, err
	}
	return json.RawMessage(regexp.MustCompile(`id="words">([^<]+)<`).FindStringSubmatch(page)[1]), nil
})

func needNode(t *testing.T) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		testkit.Need(t, "node", "install Node.js 20 or later")
	}
	return node
}

// pinnedIn are the keys in the page.
func pinnedIn(t *testing.T, page []byte) (pinned certify.Pinned) {
	t.Helper()
	if err := json.Unmarshal(regexp.MustCompile(`id="pinned">([^<]+)<`).FindSubmatch(page)[1], &pinned); err != nil {
		t.Fatal(err)
	}
	return pinned
}

// ask has the page check texts, with the issuers that it knows.
func (o offlineScript) ask(pinned certify.Pinned, cases []offlineCase) []offlineAnswer {
	o.t.Helper()
	type one struct {
		Text string `json:"text"`
		Code string `json:"code,omitempty"`
	}
	asked := make([]one, len(cases))
	for i, c := range cases {
		asked[i] = one{c.text, c.code}
	}
	var out struct{ Answers []offlineAnswer }
	if o.run(map[string]any{"pinned": pinned, "cases": asked}, &out); len(out.Answers) != len(cases) {
		o.t.Fatalf("%d answers to %d cases", len(out.Answers), len(cases))
	}
	for i, answer := range out.Answers {
		for _, c := range answer.Checks {
			if !words.English().Has(c.ID) || c.Detail == "" || c.Detail == c.ID || strings.Contains(c.Detail, "{{") || c.ID == "reason.unexpected" {
				o.t.Errorf("%s: the reason %s is written %q", cases[i].name, c.ID, c.Detail)
			}
		}
	}
	return out.Answers
}

// judge has the page open files and check what is in them.
func (o offlineScript) judge(pinned certify.Pinned, files [][]byte) []vectortest.Answer {
	o.t.Helper()
	var out struct{ Judged []offlineAnswer }
	if o.run(map[string]any{"pinned": pinned, "judge": files}, &out); len(out.Judged) != len(files) {
		o.t.Fatalf("%d answers to %d files", len(out.Judged), len(files))
	}
	answers := make([]vectortest.Answer, len(files))
	for i, a := range out.Judged {
		answers[i] = firstOf(a)
	}
	return answers
}

// unpack has the page unpack status lists.
func (o offlineScript) unpack(encoded []string) []credential.Outcome {
	o.t.Helper()
	var out struct{ Lists []credential.Outcome }
	if o.run(map[string]any{"lists": encoded}, &out); len(out.Lists) != len(encoded) {
		o.t.Fatalf("%d answers to %d lists", len(out.Lists), len(encoded))
	}
	return out.Lists
}

func (o offlineScript) run(input map[string]any, output any) {
	o.t.Helper()
	var script []byte
	for _, name := range []string{"say.js", "verifier.js", "shape.js", "status.js", "record.js", "verify.js", "read.js", "vendor/qr/decode.min.js"} { // page.js needs a browser
		part, err := templates.FS.ReadFile("offline/" + name)
		if err != nil {
			o.t.Fatal(err)
		}
		script = append(script, part...)
	}
	said, err := offlineWords()
	if err != nil {
		o.t.Fatal(err)
	}
	input["script"], input["words"], input["now"] = string(script), said, o.now.UnixMilli()
	raw, err := json.Marshal(input)
	if err != nil {
		o.t.Fatal(err)
	}
	var complaints bytes.Buffer
	command := exec.CommandContext(o.t.Context(), o.node, "testdata/offline.mjs")
	command.Stdin, command.Stderr = bytes.NewReader(raw), &complaints
	out, err := command.Output()
	if err != nil {
		o.t.Fatalf("node: %v\n%s", err, complaints.String())
	}
	if err := json.Unmarshal(out, output); err != nil {
		o.t.Fatalf("node: %v\n%s", err, out)
	}
}

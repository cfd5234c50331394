package credential

import (
	"bytes"
	_ "embed"
	"errors"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed schemas/open-badges-3.0.json
var openBadgesSchema []byte

const schemaURL = "https://palmar.example/schemas/open-badges-3.0.json"

var compiledSchema = sync.OnceValue(func() *jsonschema.Schema {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(openBadgesSchema))
	if err == nil {
		err = c.AddResource(schemaURL, document)
	}
	if err != nil {
		panic("credential: the schema of Open Badges: " + err.Error()) // it is part of the program
	}
	return c.MustCompile(schemaURL)
})

// CheckSchema holds a document against the JSON schema of Open Badges 3.0 (an
// AchievementCredential on the Verifiable Credentials Data Model 2.0).
func CheckSchema(document map[string]any) error {
	err := compiledSchema().Validate(document)
	wrong, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return err
	}
	for len(wrong.Causes) > 0 {
		wrong = wrong.Causes[0]
	}
	where := strings.Join(wrong.InstanceLocation, ".")
	return invalid("reason.against_schema", "part", where, "error", wrong.ErrorKind.LocalizedString(message.NewPrinter(language.English)))
}

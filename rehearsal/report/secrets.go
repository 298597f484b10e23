package report

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Exposure is a secret that lies in clear where anybody who reads the state, or the container's definition, sees it.
type Exposure struct {
	// Resource and Place are where it was found.
	Resource, Place string
	// Secret identifies it, by the place where it is kept as a secret.
	Secret string
}

// telling is the length from which a secret is looked for: a shorter one turns up by chance.
const telling = 8

// Exposures looks for the value of every secret of the state and of the world among all texts of the state that are not
// secret, also within JSON and in the forms that URLs and base64 give it. The state must be exported with its secrets
// shown. Secrets of fewer than eight characters are not looked for, nor are identifiers that are kept as secrets.
func Exposures(resources []apitype.ResourceV3, live []*standin.Resource) []Exposure {
	s := search{secrets: map[string]string{}}
	for _, r := range resources {
		token, name := urnParts(string(r.URN))
		label := standin.ShortType(token) + " " + name
		s.walk(label, "", readable(token, r.Inputs))
		s.walk(label, "", readable(token, r.Outputs))
	}
	for _, r := range live {
		for _, properties := range []standin.Value{inputsOf(r), outputsOf(r)} {
			s.worldSecrets(standin.ShortType(r.Token)+" "+r.Name, properties)
		}
	}
	for _, r := range live {
		// AWS shows identifiers to every reader, that of an access key too, although it is often kept as a secret.
		delete(s.secrets, r.Id)
	}
	return s.exposures()
}

// readable returns the properties without the public half of a key pair. It is not secret, even if a program keeps a
// copy of it as a secret beside the private half.
func readable(token string, properties map[string]any) map[string]any {
	if token != privateKeyType {
		return properties
	}
	left := maps.Clone(properties)
	maps.DeleteFunc(left, func(property string, _ any) bool { return strings.HasPrefix(property, "publicKey") })
	return left
}

type search struct {
	// secrets are values with the first place that keeps each.
	secrets map[string]string
	clear   []clearText
}

type clearText struct{ resource, place, text string }

// walk sorts the texts of a property into secret and clear ones.
func (s *search) walk(resource, place string, value any) {
	switch value := value.(type) {
	case string:
		s.clearText(resource, place, value)
	case []any:
		for i, item := range value {
			s.walk(resource, place+"["+entry(item, i)+"]", item)
		}
	case map[string]any:
		if value[sig.Key] == sig.Secret {
			s.secret(resource+" "+place, value["plaintext"])
			return
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			s.walk(resource, join(place, key), value[key])
		}
	}
}

// secret remembers a text that is secret as a whole. Of an object that is, nobody knows which part is the reason.
func (s *search) secret(place string, plaintext any) {
	encoded, _ := plaintext.(string)
	var text string
	if json.Unmarshal([]byte(encoded), &text) == nil {
		s.remember(text, place)
	}
}

func (s *search) remember(text, place string) {
	if len(text) < telling {
		return
	}
	if known, ok := s.secrets[text]; !ok || place < known {
		s.secrets[text] = place
	}
}

func (s *search) worldSecrets(place string, v standin.Value) {
	if v.Text() != "" && v.Secret() {
		s.remember(v.Text(), place+" "+v.Path())
	}
	for _, item := range v.Items() {
		s.worldSecrets(place, item)
	}
	for _, key := range v.Keys() {
		s.worldSecrets(place, v.Key(key))
	}
}

// clearText goes into JSON, where a secret may be escaped and a place can be named better.
func (s *search) clearText(resource, place, text string) {
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		var document any
		if json.Unmarshal([]byte(text), &document) == nil {
			s.walk(resource, place, document)
			return
		}
	}
	if len(text) >= telling {
		s.clear = append(s.clear, clearText{resource, place, text})
	}
}

func (s *search) exposures() []Exposure {
	var found []Exposure
	for secret, kept := range s.secrets {
		forms := formsOf(secret)
		for _, at := range s.clear {
			if slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(at.text, form) }) {
				found = append(found, Exposure{Resource: at.resource, Place: at.place, Secret: kept})
			}
		}
	}
	slices.SortFunc(found, func(a, b Exposure) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Secret, b.Secret))
	})
	return slices.Compact(found)
}

// formsOf returns the ways in which a text is commonly written into another.
func formsOf(secret string) []string {
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)),
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// entry returns the name of an element of a list, as containers and variables have one, or its index.
func entry(item any, at int) string {
	if object, ok := item.(map[string]any); ok {
		if name, ok := object["name"].(string); ok {
			return name
		}
	}
	return strconv.Itoa(at)
}

func join(place, key string) string {
	if place == "" {
		return key
	}
	return place + "." + key
}

package aws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// renderedPolicy is a document as the provider writes it: the order of keys is that of these fields
// (terraform-provider-aws internal/service/iam/policy_model.go).
type renderedPolicy struct {
	Version    string              `json:",omitempty"`
	Id         string              `json:",omitempty"`
	Statements []renderedStatement `json:"Statement"`
}

type renderedStatement struct {
	Sid           string                    `json:",omitempty"`
	Effect        string                    `json:",omitempty"`
	Actions       any                       `json:"Action,omitempty"`
	NotActions    any                       `json:"NotAction,omitempty"`
	Resources     any                       `json:"Resource,omitempty"`
	NotResources  any                       `json:"NotResource,omitempty"`
	Principals    any                       `json:"Principal,omitempty"`
	NotPrincipals any                       `json:"NotPrincipal,omitempty"`
	Conditions    map[string]map[string]any `json:"Condition,omitempty"`
}

// getPolicyDocument renders a policy. Lists are sorted backwards, as the provider does, and a list of one is written as
// its element. Source documents come first, statements replace those with the same Sid, and overrides come last.
func getPolicyDocument(q *standin.Question) (standin.Props, error) {
	document := renderedPolicy{Version: q.Args.At("version").Text(), Id: q.Args.At("policyId").Text()}
	sources := append(q.Args.At("sourceJson").Texts(), q.Args.At("sourcePolicyDocuments").Texts()...)
	overrides := append(q.Args.At("overrideJson").Texts(), q.Args.At("overridePolicyDocuments").Texts()...)
	if err := document.merge("sourcePolicyDocuments", sources, false); err != nil {
		return nil, err
	}
	var own renderedPolicy
	for _, v := range q.Args.At("statements").Items() {
		own.Statements = append(own.Statements, statementOf(v))
	}
	if err := own.unique(); err != nil {
		return nil, err
	}
	document.overlay(own.Statements)
	if err := document.merge("overridePolicyDocuments", overrides, true); err != nil {
		return nil, err
	}
	if document.Version == "" {
		document.Version = "2012-10-17"
	}
	written, err := document.write("  ")
	if err != nil {
		return nil, err
	}
	minified, err := document.write("")
	if err != nil {
		return nil, err
	}
	id := strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(written))), 10)
	return echoed(q, standin.Props{"id": id, "json": written, "minifiedJson": minified}), nil
}

func (p *renderedPolicy) unique() error {
	seen := map[string]bool{}
	for _, s := range p.Statements {
		if s.Sid != "" && seen[s.Sid] {
			return fmt.Errorf("duplicate Sid (%s): each statement has an identifier of its own", s.Sid)
		}
		seen[s.Sid] = true
	}
	return nil
}

// overlay replaces the statements with the same Sid, and appends the others.
func (p *renderedPolicy) overlay(statements []renderedStatement) {
	for _, s := range statements {
		at := slices.IndexFunc(p.Statements, func(other renderedStatement) bool { return s.Sid != "" && other.Sid == s.Sid })
		if at >= 0 {
			p.Statements[at] = s
		} else {
			p.Statements = append(p.Statements, s)
		}
	}
}

func (p *renderedPolicy) merge(argument string, documents []string, replace bool) error {
	for _, text := range documents {
		var other renderedPolicy
		var raw struct{ Statement json.RawMessage }
		if err := json.Unmarshal([]byte(text), &raw); err != nil {
			return fmt.Errorf("%s is not JSON: %w", argument, err)
		}
		if statement := bytes.TrimSpace(raw.Statement); len(statement) > 0 && statement[0] == '{' {
			text = `{"Statement":[` + string(statement) + `]}`
		}
		if err := json.Unmarshal([]byte(text), &other); err != nil {
			return fmt.Errorf("%s is not a policy: %w", argument, err)
		}
		if !replace {
			all := renderedPolicy{Statements: slices.Concat(p.Statements, other.Statements)}
			if err := all.unique(); err != nil {
				return err
			}
		}
		p.overlay(other.Statements)
		if other.Version != "" {
			p.Version = other.Version
		}
		if other.Id != "" {
			p.Id = other.Id
		}
	}
	return nil
}

func (p *renderedPolicy) write(indent string) (string, error) {
	if p.Statements == nil {
		p.Statements = []renderedStatement{}
	}
	text, err := json.MarshalIndent(p, "", indent)
	if indent == "" {
		text, err = json.Marshal(p)
	}
	return string(text), err
}

func statementOf(v standin.Value) renderedStatement {
	s := renderedStatement{
		Sid: v.At("sid").Text(), Effect: v.At("effect").Text(),
		Actions: sortedOrOne(v.At("actions")), NotActions: sortedOrOne(v.At("notActions")),
		Resources: sortedOrOne(v.At("resources")), NotResources: sortedOrOne(v.At("notResources")),
		Principals: principalsOf(v.At("principals")), NotPrincipals: principalsOf(v.At("notPrincipals")),
	}
	if s.Effect == "" {
		s.Effect = "Allow"
	}
	for _, condition := range v.At("conditions").Items() {
		if s.Conditions == nil {
			s.Conditions = map[string]map[string]any{}
		}
		test := condition.At("test").Text()
		if s.Conditions[test] == nil {
			s.Conditions[test] = map[string]any{}
		}
		s.Conditions[test][condition.At("variable").Text()] = oneOrAll(variablesKept(condition.At("values")))
	}
	return s
}

// variablesKept reads a list of texts. Policy variables are written as &{…}, which Terraform does not take for its own.
func variablesKept(v standin.Value) []string {
	texts := []string{}
	for _, item := range v.Items() {
		texts = append(texts, strings.ReplaceAll(scalarText(item), "&{", "${"))
	}
	return texts
}

func oneOrAll(texts []string) any {
	if len(texts) == 1 {
		return texts[0]
	}
	return texts
}

// sortedOrOne is nil for an empty list.
func sortedOrOne(v standin.Value) any {
	texts := variablesKept(v)
	if len(texts) == 0 {
		return nil
	}
	slices.Sort(texts)
	slices.Reverse(texts)
	return oneOrAll(texts)
}

// principalsOf writes * for everybody, and else the identifiers by type.
func principalsOf(v standin.Value) any {
	byType := map[string][]string{}
	for _, principal := range v.Items() {
		kind, identifiers := principal.At("type").Text(), variablesKept(principal.At("identifiers"))
		if kind == "*" && slices.Equal(identifiers, []string{"*"}) {
			return "*"
		}
		byType[kind] = append(byType[kind], identifiers...)
	}
	if len(byType) == 0 {
		return nil
	}
	all := map[string]any{}
	for kind, identifiers := range byType {
		slices.Sort(identifiers)
		slices.Reverse(identifiers)
		all[kind] = oneOrAll(identifiers)
	}
	return all
}

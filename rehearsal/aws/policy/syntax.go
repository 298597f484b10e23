package policy

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/rules"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The grammar of policy documents is at
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html; each kind of policy has or
// lacks some of its elements.

// grammar describes the elements that a kind of policy must and must not have.
type grammar struct {
	Code string
	// principal and resource are wanted, or else forbidden.
	principal, resource bool
	// resourceOptional lets a statement leave its resource out.
	resourceOptional bool
	// sid matches the legal names of statements; nil allows any.
	sid *regexp.Regexp
	// maxSize is the largest size without white space; 0 where it is not the document's own.
	maxSize int
}

var sidPattern = regexp.MustCompile(`^[A-Za-z0-9]*$`)

// The grammars of the kinds of policies, by the resource that has the policy.
var (
	IdentityGrammar = grammar{Code: "MalformedPolicyDocument", resource: true, sid: sidPattern}
	TrustGrammar    = grammar{Code: "MalformedPolicyDocument", principal: true, sid: sidPattern}
	BucketGrammar   = grammar{Code: "MalformedPolicy", principal: true, resource: true, maxSize: 20480}
	TopicGrammar    = grammar{Code: "InvalidParameter", principal: true, resource: true}
	FilesGrammar    = grammar{Code: "InvalidPolicyException", principal: true, resource: true, resourceOptional: true}
	EndpointGrammar = grammar{Code: "InvalidPolicyDocument", principal: true, resource: true}
	KeyGrammar      = grammar{Code: "MalformedPolicyDocumentException", principal: true, resource: true, maxSize: 32768}
	SecretGrammar   = grammar{Code: "MalformedPolicyDocumentException", principal: true, resource: true}
)

var iamPolicyDocument = rules.Named("iam/policy-document")

// CheckDocument returns a rule that judges the policy at a path.
func CheckDocument(path string, g grammar) standin.CheckRule {
	return iamPolicyDocument.OnInputs(func(d *standin.Draft) {
		for _, v := range d.All(path) {
			if v.Text() == "" {
				continue
			}
			for _, problem := range g.problems(v.Text()) {
				d.Refuse(v, g.Code, problem.rule, problem.fix)
			}
		}
	})
}

type policyProblem struct{ rule, fix string }

// RawStatement is one statement as it is written: elements by name.
type RawStatement map[string]json.RawMessage

// problems returns all that is wrong with a document.
func (g grammar) problems(text string) []policyProblem {
	var document map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return []policyProblem{{"Syntax errors in policy: " + err.Error(), "write a JSON object"}}
	}
	var found []policyProblem
	tell := func(rule, fix string) { found = append(found, policyProblem{rule, fix}) }
	for _, key := range unknownKeys(document, "Version", "Id", "Statement") {
		tell("Syntax errors in policy: no policy has an element "+key, "use Version and Statement")
	}
	if version, given := document["Version"]; given &&
		!slices.Contains([]string{`"2012-10-17"`, `"2008-10-17"`}, string(version)) {
		tell("the policy's Version is "+string(version),
			`write "2012-10-17", which is the language's version and not a date to choose`)
	}
	if size := Size(text); g.maxSize > 0 && size > g.maxSize {
		tell(fmt.Sprintf("the policy has %d characters of at most %d", size, g.maxSize), "allow less, or use wildcards")
	}
	statements, err := statementsOf(document["Statement"])
	if err != nil || len(statements) == 0 {
		tell("Syntax errors in policy: Statement is not a list of statements",
			"give at least one statement, an object with Effect and Action")
	}
	seen := map[string]bool{}
	for i, s := range statements {
		for _, p := range g.statementProblems(s) {
			tell(fmt.Sprintf("statement %d: %s", i+1, p.rule), p.fix)
		}
		if sid := Text(s["Sid"]); sid != "" && seen[sid] {
			tell("Statement IDs (SID) in a single policy must be unique, and "+sid+" is there twice",
				"give each statement a Sid of its own")
		}
		seen[Text(s["Sid"])] = true
	}
	return found
}

// Size counts as IAM does, without white space
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
func Size(text string) int {
	return len([]rune(strings.Join(strings.Fields(text), "")))
}

func unknownKeys(object map[string]json.RawMessage, known ...string) []string {
	var unknown []string
	for key := range object {
		if !slices.Contains(known, key) {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	return unknown
}

func statementsOf(raw json.RawMessage) ([]RawStatement, error) {
	var one RawStatement
	if err := json.Unmarshal(raw, &one); err == nil && one != nil {
		return []RawStatement{one}, nil
	}
	var list []RawStatement
	err := json.Unmarshal(raw, &list)
	return list, err
}

// RawStatements returns the statements of a document, or none if it cannot be parsed, which CheckDocument refuses.
func RawStatements(text string) []RawStatement {
	var document struct{ Statement json.RawMessage }
	if json.Unmarshal([]byte(text), &document) != nil {
		return nil
	}
	statements, err := statementsOf(document.Statement)
	if err != nil {
		return nil
	}
	return statements
}

// Text returns a JSON string, or "".
func Text(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

// Texts are one JSON string or a list of them; false when it is neither.
func Texts(raw json.RawMessage) ([]string, bool) {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}, true
	}
	var list []string
	return list, json.Unmarshal(raw, &list) == nil
}

func (g grammar) statementProblems(s RawStatement) []policyProblem {
	var found []policyProblem
	tell := func(rule, fix string) { found = append(found, policyProblem{rule, fix}) }
	unknown := unknownKeys(s, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
		"NotResource", "Condition")
	for _, key := range unknown {
		tell("Syntax errors in policy: no statement has an element "+key,
			"element names are written as in Action and Resource")
	}
	if effect := Text(s["Effect"]); effect != "Allow" && effect != "Deny" {
		tell("Effect is "+orNothing(s["Effect"])+", and must be Allow or Deny", "write one of these")
	}
	if sid := Text(s["Sid"]); g.sid != nil && !g.sid.MatchString(sid) {
		tell("Statement IDs (SID) must be alpha-numeric, and "+sid+" is not", "use letters and digits only")
	}
	found = append(found, s.oneOf("Action", "NotAction", true, false)...)
	found = append(found, s.oneOf("Resource", "NotResource", g.resource, g.resourceOptional)...)
	found = append(found, s.oneOf("Principal", "NotPrincipal", g.principal, false)...)
	found = append(found, s.actionProblems()...)
	found = append(found, s.resourceProblems()...)
	if g.principal {
		found = append(found, s.principalProblems()...)
	}
	return append(found, s.conditionProblems()...)
}

func orNothing(raw json.RawMessage) string {
	if len(raw) == 0 {
		return "missing"
	}
	return string(raw)
}

// oneOf checks that a statement has exactly one of an element and its opposite, or, if optional, neither.
func (s RawStatement) oneOf(element, opposite string, wanted, optional bool) []policyProblem {
	_, one := s[element]
	_, other := s[opposite]
	switch {
	case one && other:
		return []policyProblem{{"it has both " + element + " and " + opposite, "keep one of them"}}
	case wanted && !optional && !one && !other:
		return []policyProblem{{"Missing required field " + element, "give " + element}}
	case !wanted && (one || other):
		return []policyProblem{{"Has prohibited field " + element, "remove it: this kind of policy has none"}}
	}
	return nil
}

var actionPattern = regexp.MustCompile(`^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$`)

func (s RawStatement) actionProblems() []policyProblem {
	var found []policyProblem
	for _, element := range []string{"Action", "NotAction"} {
		raw, given := s[element]
		actions, ok := Texts(raw)
		if given && (!ok || len(actions) == 0) {
			found = append(found, policyProblem{
				"Policy statement must contain actions: " + element + " is no list of texts",
				"list actions such as s3:GetObject",
			})
		}
		for _, action := range actions {
			if !actionPattern.MatchString(action) {
				found = append(found, policyProblem{
					"Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: " + element + " " +
						action, "write service:Action, such as s3:GetObject",
				})
			}
		}
	}
	return found
}

var resourcePattern = regexp.MustCompile(`^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+|arn:\*.*)$`)

func (s RawStatement) resourceProblems() []policyProblem {
	var found []policyProblem
	for _, element := range []string{"Resource", "NotResource"} {
		raw, given := s[element]
		resources, ok := Texts(raw)
		if given && (!ok || len(resources) == 0) {
			found = append(found, policyProblem{"Policy statement must contain resources: " + element +
				" is no list of texts", "list ARNs"})
		}
		for _, resource := range resources {
			if !resourcePattern.MatchString(resource) {
				found = append(found, policyProblem{
					"Resource " + resource + ` must be in ARN format or "*".`,
					"give a whole ARN, six fields with colons between",
				})
			}
		}
	}
	return found
}

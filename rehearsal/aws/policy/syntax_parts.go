package policy

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

var (
	principalKinds   = []string{"AWS", "Service", "Federated", "CanonicalUser"}
	accountPrincipal = regexp.MustCompile(`^(\*|\d{12}|arn:aws[a-z-]*:(iam|sts)::(\d{12}|cloudfront):.+|A[A-Z0-9]{15,})$`)
	servicePrincipal = regexp.MustCompile(`^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)$`)
)

// misnamed are service principals that people write and that do not exist, with the right ones.
var misnamed = map[string]string{
	"ecs-task.amazonaws.com":  "ecs-tasks.amazonaws.com",
	"flow-logs.amazonaws.com": "vpc-flow-logs.amazonaws.com",
}

// principalProblems: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func (s RawStatement) principalProblems() []policyProblem {
	raw := s["Principal"]
	if len(raw) == 0 {
		raw = s["NotPrincipal"]
	}
	if len(raw) == 0 || Text(raw) == "*" {
		return nil
	}
	var principals map[string]json.RawMessage
	if json.Unmarshal(raw, &principals) != nil || len(principals) == 0 {
		return []policyProblem{{
			"Invalid principal in policy: " + string(raw),
			`write "*", or an object such as {"Service": "ecs-tasks.amazonaws.com"}`,
		}}
	}
	var found []policyProblem
	for kind, raw := range principals {
		names, ok := Texts(raw)
		if !ok || !slices.Contains(principalKinds, kind) {
			found = append(found, policyProblem{"Invalid principal in policy: " + kind, "use " + strings.Join(principalKinds,
				", ") + " with texts"})
		}
		for _, name := range names {
			if fix := principalFix(kind, name); fix != "" {
				found = append(found, policyProblem{"Invalid principal in policy: " + kind + " " + name, fix})
			}
		}
	}
	return found
}

// principalFix returns the remedy for a principal, or "" if it is legal.
func principalFix(kind, name string) string {
	switch {
	case kind == "AWS" && !accountPrincipal.MatchString(name):
		return "give an account, the ARN of a role or user, or *"
	case kind == "Service" && misnamed[name] != "":
		return "the service is " + misnamed[name]
	case kind == "Service" && !servicePrincipal.MatchString(name):
		return "a service is written as ecs-tasks.amazonaws.com"
	}
	return ""
}

// operators of conditions
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
var operators = []string{
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike",
	"StringNotLike",
	"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
	"NumericGreaterThanEquals",
	"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
	"Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null",
}

// conditionProblems: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html.
func (s RawStatement) conditionProblems() []policyProblem {
	raw, given := s["Condition"]
	if !given {
		return nil
	}
	var conditions map[string]map[string]any
	if json.Unmarshal(raw, &conditions) != nil {
		return []policyProblem{{
			"Syntax errors in policy: Condition is no object of operators",
			`write {"StringEquals": {"aws:SourceAccount": "…"}}`,
		}}
	}
	var found []policyProblem
	for operator, keys := range conditions {
		if !slices.Contains(operators, plainOperator(operator)) {
			found = append(found, policyProblem{"Invalid Condition type : " + operator, "use an operator such as StringEquals"})
		}
		for key := range keys {
			if !strings.Contains(key, ":") {
				found = append(found, policyProblem{
					"Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: condition key " +
						key, "write the key as in aws:SourceAccount",
				})
			}
		}
	}
	return found
}

// plainOperator removes the prefix by which an operator compares sets, and the suffix IfExists.
func plainOperator(operator string) string {
	_, bare, cut := strings.Cut(operator, ":")
	if !cut {
		bare = operator
	}
	if bare == "Null" || operator == bare && bare == "IfExists" {
		return bare
	}
	return strings.TrimSuffix(bare, "IfExists")
}

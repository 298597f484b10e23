package aws

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var (
	parameterPath    = regexp.MustCompile(`^[A-Za-z0-9_.\-/]+$`)
	parameterNesting = regexp.MustCompile(`\{\{.*\}\}`)
)

var ssmParameterName = rule("ssm/parameter-name").OnInputs(func(d *standin.Draft) {
	v := d.In("name")
	const code, longest, deepest = "ValidationException", 1011, 15
	// The part of the ARN before the name counts as well.
	shortEnough(d, "name", code, longest-len("arn:aws:ssm:"+d.Scope.Region+":"+d.Scope.Account+":parameter/"))
	like(d, "name",
		form{code, parameterPath, "a parameter's name has letters, digits and _.-/ only", "choose such a name"})
	levels := strings.Split(strings.TrimPrefix(v.Text(), "/"), "/")
	switch {
	case v.Text() == "":
	case len(levels) > deepest:
		d.Refuse(v, "HierarchyLevelLimitExceededException",
			fmt.Sprintf("a hierarchy has at most 15 levels, and this one %d", len(levels)), "use fewer levels")
	case len(levels) > 1 && !strings.HasPrefix(v.Text(), "/"):
		d.Refuse(v, code, "Parameter name must be a fully qualified name: in a hierarchy it begins with a slash",
			"write /"+v.Text())
	case strings.HasSuffix(v.Text(), "/") || strings.Contains(v.Text(), "//"):
		d.Refuse(v, code, "a level of the hierarchy has no name", "leave out the slash")
	case reservedParameter(levels):
		d.Refuse(
			v,
			code,
			`No access to reserved parameter name: Parameter name can't be prefixed with "aws" or "ssm" (case-insensitive)`,
			"choose another name",
		)
	}
})

// reservedParameter reports a name that begins with aws or ssm, or a hierarchy whose first level is that.
func reservedParameter(levels []string) bool {
	first := strings.ToLower(levels[0])
	if len(levels) > 1 {
		return first == "aws" || first == "ssm"
	}
	return strings.HasPrefix(first, "aws") || strings.HasPrefix(first, "ssm")
}

var ssmParameterType = rule("ssm/parameter-type").OnInputs(func(d *standin.Draft) {
	among(d, "type", "UnsupportedParameterType", "String", "StringList", "SecureString")
	among(d, "dataType", "ValidationException", "text", "aws:ec2:image", "aws:ssm:integration")
	if key := d.In("keyId"); isGiven(key) && d.In("type").Known() && d.In("type").Text() != "SecureString" {
		d.Refuse(key, "ValidationException", "a key encrypts parameters of type SecureString only",
			`set type to "SecureString", or remove keyId`)
	}
	if plain := d.In("insecureValue"); isGiven(plain) && d.In("type").Text() == "SecureString" {
		d.Refuse(plain, invalidCombination, "insecureValue is not for parameters of type SecureString", "give value instead")
	}
})

// advancedSize is the maximum number of characters of a parameter of the tier Advanced.
const advancedSize = 8192

var ssmParameterValue = rule("ssm/parameter-value").OnInputs(func(d *standin.Draft) {
	if d.In("value").Missing() && d.In("insecureValue").Missing() {
		d.Refuse(d.In("value"), invalidCombination, "one of value, insecureValue must be given", "give value")
	}
	most := map[string]int{
		"":                    4096,
		"Standard":            4096,
		"Advanced":            advancedSize,
		"Intelligent-Tiering": advancedSize,
	}[d.In("tier").Text()]
	for _, path := range []string{"value", "insecureValue"} {
		v := d.In(path)
		switch size := len(v.Text()); {
		case v.Known() && size == 0:
			d.Refuse(v, "ValidationException", "a parameter's value has at least one character",
				"give a value, or leave the parameter out")
		case most > 0 && size > most && !d.In("tier").Unknown():
			fix := "keep it in Secrets Manager, or split it"
			if size <= advancedSize {
				fix = `set tier to "Advanced", which is charged by the month`
			}
			d.Refuse(
				v,
				"ValidationException",
				fmt.Sprintf("Standard tier parameters support a maximum parameter value of 4096 characters, and "+
					"advanced ones of 8192: this one has %d", size),
				fix,
			)
		case parameterNesting.MatchString(v.Text()):
			d.Refuse(v, "ValidationException", "Parameter value can't nest another parameter. Do not use \"{{}}\" in the value",
				"give the value itself")
		}
	}
})

// A pattern that Go cannot read is left to AWS, which uses Java's.
var ssmAllowedPattern = rule("ssm/allowed-pattern").OnInputs(func(d *standin.Draft) {
	pattern, v := d.In("allowedPattern"), d.In("value")
	if pattern.Text() == "" || v.Text() == "" {
		return
	}
	if allowed, err := regexp.Compile(pattern.Text()); err == nil && !allowed.MatchString(v.Text()) {
		d.Refuse(v, "ParameterPatternMismatchException",
			"Parameter value, cannot be validated against allowedPattern: "+pattern.Text(),
			"correct the value or the pattern")
	}
})

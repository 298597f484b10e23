package rule

import (
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MaxCareProcesses is above the number of processes of gunicorn or Celery in a container. Each needs 100 MiB and more,
// and no task of Fargate has memory for so many.
const MaxCareProcesses = 1000

// The rules below are for Care's settings that have an argument and a key of their own.

// MailPort checks a TCP port on which a mail server offers STARTTLS.
func MailPort(name string, value int) error {
	if value == 465 {
		return Broken(name, value, "expects TLS from the first byte, and Care uses STARTTLS",
			"give the server's port for STARTTLS, such as 587")
	}
	return Port(name, value)
}

// Sender checks an e-mail address, either plain or as Name <address>.
func Sender(name, value string) error {
	parsed, err := mail.ParseAddress(value)
	if err != nil || !emailPattern.MatchString(parsed.Address) {
		return Broken(name, value, "must be an e-mail address, alone or as Name <address>",
			`for example "Care <care@example.org>"`)
	}
	return nil
}

var rateLimitPattern = regexp.MustCompile(`^([0-9]{1,6})/([0-9]{0,4})([smhd])$`)

// RateLimit checks a rate as django-ratelimit reads it, number/period, of which neither is zero
// (https://django-ratelimit.readthedocs.io/en/stable/rates.html).
func RateLimit(name, value string) error {
	parts := rateLimitPattern.FindStringSubmatch(value)
	if parts == nil || strings.Trim(parts[1], "0") == "" || parts[2] != "" && strings.Trim(parts[2], "0") == "" {
		return Broken(name, value, "must be a number, a slash and a period in s, m, h or d",
			`for example "30/10m", 30 times in ten minutes`)
	}
	return nil
}

// care3Wired are the variables that the program sets for generation 3 and that Care of 2024 does not read.
var care3Wired = []string{"BUCKET_PROVIDER", "SNS_ROLE_BASED_MODE", "AWS_ENDPOINT_URL_S3"}

// CareGenerationVariable refuses a variable that the program sets for images of that generation.
func CareGenerationVariable(key, name, generation string) error {
	if generation == Care3 && slices.Contains(care3Wired, name) {
		return Broken(key, name, "is set by the program for generation 3", "remove it")
	}
	return nil
}

// Twice refuses variables that are set although an argument sets them. The keys of arguments are names of variables,
// the keys of places are the arguments that may set any variable.
func Twice(arguments map[string]string, places map[string][]string) error {
	var problems []error
	for _, place := range slices.Sorted(maps.Keys(places)) {
		for _, name := range slices.Sorted(slices.Values(places[place])) {
			if argument, set := arguments[name]; set {
				problems = append(problems, Broken(place+"."+name, "…", "is set by "+argument+" as well", "keep one of them"))
			}
		}
	}
	return All(problems...)
}

// Snowstorm checks the address of a terminology server, and returns its port.
func Snowstorm(name, value string) (int, error) {
	match := regexp.MustCompile(`^(https?)://[^/:@]+(?::([0-9]{1,5}))?(/.*)?$`).FindStringSubmatch(value)
	if match == nil {
		return 0, Broken(name, value, "must be an http or https address", `for example "https://snowstorm.example.org/fhir"`)
	}
	if match[2] == "" {
		return map[string]int{"http": 80, "https": 443}[match[1]], nil
	}
	port, err := strconv.Atoi(match[2])
	if err != nil {
		return 0, fmt.Errorf("port of %s: %w", name, err)
	}
	return port, Port(name, port)
}

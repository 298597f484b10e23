package change

import (
	"regexp"
	"unicode/utf8"
)

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// isSensitive reports whether values under the name are never shown, even if the program keeps them as plain text: the
// report must not spread a mistake.
func isSensitive(name string) bool { return sensitiveNames.MatchString(name) }

var (
	sensitiveNames = regexp.MustCompile(
		`(?i)(password|passwd|secret_?key|_secret|token|api_?key|private_?key|credential|_dsn)([^a-z]|$)`,
	)
	userinfo = regexp.MustCompile(`(://[^/\s:@]*):[^/\s@]+@`)
)

// mask hides the password in a URL.
func mask(text string) string { return userinfo.ReplaceAllString(text, "$1:…@") }

// longest is the maximum number of characters shown of a value.
const longest = 72

func truncate(text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest-1]) + "…"
}

// shortenBoth shortens two values so that their difference stays visible.
func shortenBoth(old, now string) (before, after string) {
	const context = 16
	a, b := []rune(old), []rune(now)
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	if at > context && max(len(a), len(b)) > longest {
		a = append([]rune("…"), a[at-context:]...)
		b = append([]rune("…"), b[at-context:]...)
	}
	return truncate(string(a)), truncate(string(b))
}

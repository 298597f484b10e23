// Package near finds the word that was probably meant by a mistyped one.
package near

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Of returns the candidate that is most like the word, or "" if none is near: one letter in three may differ, or two
// letters stand in each other's place. Digits are no slip of the pen: 7 is not meant by 8, and not IPV4 by IPV6.
func Of(word string, candidates []string) string {
	best, fewest := "", 0
	for _, candidate := range slices.SortedFunc(slices.Values(candidates), cmp.Compare[string]) {
		differ, near := distance(strings.ToLower(word), strings.ToLower(candidate))
		if near && (best == "" || differ < fewest) {
			best, fewest = candidate, differ
		}
	}
	return best
}

// distance returns the number of letters that differ, and whether the two words are near.
func distance(word, other string) (int, bool) {
	differ := levenshtein.Distance(word, other, nil)
	if word == "" || digits(word) != digits(other) || letters(word) == "" {
		return differ, false
	}
	const one, swapped = 3, 2
	return differ, differ <= max(1, len(word)/one) || differ == swapped && sorted(word) == sorted(other)
}

func digits(word string) string { return strings.Map(keep(isDigit), word) }

func letters(word string) string { return strings.Map(keep(isLetter), word) }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

func keep(is func(rune) bool) func(rune) rune {
	return func(r rune) rune {
		if is(r) {
			return r
		}
		return -1
	}
}

func sorted(word string) string {
	runes := []rune(word)
	slices.Sort(runes)
	return string(runes)
}

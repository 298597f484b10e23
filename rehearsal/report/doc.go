// Package report writes the findings of a rehearsal: who can reach whom, what is public, which secrets are in clear
// text, the warnings, how long a first deployment takes, and what the stack uses in a month.
//
// A report is a [Model], gathered from the stand-in cloud and the engine's state. It is laid out as a [Document], which
// is written as plain text or as Markdown; other reports can be built of the same parts. Everything in it is named as
// in the program and comes in the same order every time.
package report

package main

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// acceptances collects repeated --accept flags.
type acceptances []standin.Acceptance

// String is what the flag package shows as the default.
func (a acceptances) String() string { return "" }

// Set takes one TYPE.PROPERTY=VALUE.
func (a *acceptances) Set(text string) error {
	accepted, err := model.ParseAcceptance(text)
	if err != nil {
		return err
	}
	*a = append(*a, accepted)
	return nil
}

// clouds returns a maker whose clouds accept the values.
func (a acceptances) clouds(makeCloud cloudMaker) cloudMaker {
	if len(a) == 0 {
		return makeCloud
	}
	return func(options ...standin.Option) (*cloud.Cloud, error) {
		return makeCloud(append(options, standin.Accept(a...))...)
	}
}

const acceptHelp = "take this `type.property=value`, as a refusal names it, although AWS's models refuse it: " +
	"they may be older than the value; without =value, take any; may be repeated"

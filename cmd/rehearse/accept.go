package main

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// acceptances collects repeated --accept flags.
type acceptances []standin.Acceptance

// String returns "", so that the help shows no default.
func (a acceptances) String() string { return "" }

// Set parses one TYPE.PROPERTY=VALUE.
func (a *acceptances) Set(text string) error {
	accepted, err := model.ParseAcceptance(text)
	if err != nil {
		return err
	}
	*a = append(*a, accepted)
	return nil
}

// clouds wraps makeCloud so that its clouds accept the values.
func (a acceptances) clouds(makeCloud cloudMaker) cloudMaker {
	if len(a) == 0 {
		return makeCloud
	}
	return func(options ...standin.Option) (*cloud.Cloud, error) {
		return makeCloud(append(options, standin.Accept(a...))...)
	}
}

const acceptHelp = "accept this `type.property=value` although AWS's models refuse it; a refusal shows the form: " +
	"the models may be older than the value; without =value, accept any value; may be repeated"

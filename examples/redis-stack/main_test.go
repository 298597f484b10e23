package main

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// mocks replace the engine. They accept everything; the rehearsal checks the program.
type mocks struct{}

func (mocks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return args.Name + "-id", args.Inputs, nil
}

func (mocks) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	answers := map[string]map[string]any{
		"aws:index/getAvailabilityZones:getAvailabilityZones": {"names": []any{"ap-south-1a", "ap-south-1b", "ap-south-1c"}},
		"aws:index/getRegion:getRegion":                       {"name": "ap-south-1"},
	}
	return resource.NewPropertyMapFromMap(answers[args.Token]), nil
}

func TestTheProgramRunsOnMocks(t *testing.T) {
	t.Parallel()
	if err := pulumi.RunErr(deploy, pulumi.WithMocks("demo", "dev", mocks{})); err != nil {
		t.Fatal(err)
	}
}

package aws

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/rules"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (

	// version is that of the plugin whose behaviour this is.
	version = "6.83.4"
)

var regionForm = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d+$`)

// New makes the stand-in AWS in the world.
func New(world *standin.World, options ...standin.Option) (*standin.Server, error) {
	return standin.NewServer(world, Package(), options...)
}

// makers return the kinds of the catalogue, one each.
var makers []func() standin.Kind

// register adds kinds to the catalogue. Each file registers its own, so that no list repeats them.
func register(kinds ...func() standin.Kind) struct{} { //nolint:unparam // it begins package variables
	makers = append(makers, kinds...)
	return struct{}{}
}

func kinds() []standin.Kind {
	all := make([]standin.Kind, 0, len(makers))
	for _, maker := range makers {
		all = append(all, maker())
	}
	return all
}

// Package is the whole catalogue.
func Package() standin.Package {
	return standin.Package{
		Name: "aws", Version: version, Title: "AWS",
		Kinds:       kinds(),
		Invokes:     invokes(),
		Check:       model.Check,
		CheckConfig: checkConfig,
		Configure:   configure,
		Invent:      invent,
	}
}

var providerRegion = rules.Named("provider/region")

func checkConfig(d *standin.Draft) {
	region := d.In("region")
	switch {
	case region.Missing():
		d.RefuseBy(providerRegion, region, "Missing region configuration", "the provider needs a region",
			"run pulumi config set aws:region, for example ap-south-1")
	case region.Known() && !regionForm.MatchString(region.Text()):
		d.RefuseBy(providerRegion, region, "Invalid AWS Region", "a region looks like ap-south-1", "correct aws:region")
	}
	tags, err := defaultTags(d.In("defaultTags"))
	if err != nil {
		return // Configure refuses it
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		model.CheckTag(d, "defaultTags.tags", key, standin.NewValue("defaultTags.tags."+key, resource.NewProperty(tags[key])))
	}
}

func configure(config standin.Value) (standin.Scope, error) {
	region := config.At("region").Text()
	if region == "" {
		return standin.Scope{}, errors.New(
			"missing region configuration: run pulumi config set aws:region, for example ap-south-1",
		)
	}
	if !regionForm.MatchString(region) {
		return standin.Scope{}, fmt.Errorf("invalid AWS region %q: a region looks like ap-south-1", region)
	}
	tags, err := defaultTags(config.At("defaultTags"))
	return standin.Scope{Region: region, Account: ident.Account, DefaultTags: tags, Config: config}, err
}

// defaultTags come as an object, or as its JSON when they are stack configuration.
func defaultTags(given standin.Value) (map[string]string, error) {
	if text := given.Text(); text != "" {
		var parsed struct {
			Tags map[string]string `json:"tags"`
		}
		if err := json.Unmarshal([]byte(text), &parsed); err != nil {
			return nil, fmt.Errorf("read aws:defaultTags: %w", err)
		}
		return parsed.Tags, nil
	}
	tags := map[string]string{}
	all := given.At("tags")
	for _, key := range all.Keys() {
		tags[key] = all.Key(key).Text()
	}
	return tags, nil
}

// arn is the ARN of a resource in the region and account of the operation.
func arn(o *standin.Op, service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", ident.Partition(o.Scope.Region), service, o.Scope.Region, o.Scope.Account,
		resource)
}

// globalArn is the ARN of a resource of a service without regions.
func globalArn(o *standin.Op, service, resource string) string {
	return fmt.Sprintf("arn:%s:%s::%s:%s", ident.Partition(o.Scope.Region), service, o.Scope.Account, resource)
}

package config

import (
	"cmp"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Image is the container image of Care.
type Image struct {
	Name                 string
	AllowMovingTag       bool
	CredentialsSecretArn string
	Architecture         string
	Generation           components.CareGeneration
}

func (r *reader) image() Image {
	return Image{
		Name:                 r.required("image"),
		AllowMovingTag:       r.boolean("allowMovingImageTag", false),
		CredentialsSecretArn: r.optional("imageCredentialsSecretArn"),
		Architecture:         r.text("architecture", components.DefaultCpuArchitecture),
		Generation:           components.CareGeneration(r.text("generation", string(components.DefaultCareGeneration))),
	}
}

// SignsInByRole reports whether Care signs in to S3 and SNS with its tasks' roles rather than with a static key.
func (i Image) SignsInByRole() bool { return i.Generation == components.Care3 }

func (c Config) imageProblems() []error {
	i := c.Image
	problems := []error{rule.OneOf("care:architecture", i.Architecture, "X86_64", "ARM64")}
	if i.Name != "" {
		problems = append(problems, rule.Image("care:image", i.Name, i.AllowMovingTag))
	}
	if i.CredentialsSecretArn != "" {
		const key = "care:imageCredentialsSecretArn"
		problems = append(problems,
			cmp.Or(rule.SecretArn(key, i.CredentialsSecretArn), rule.Partition(key, i.CredentialsSecretArn, c.Region)))
	}
	return problems
}

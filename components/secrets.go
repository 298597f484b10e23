package components

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Secrets stores each value in an encrypted SSM parameter (SecureString), and has references to secrets that exist
// elsewhere. Services get references only.
type Secrets struct {
	pulumi.ResourceState

	// ParameterArns are the ARNs of the new parameters, by the secrets' names.
	ParameterArns pulumi.StringMapOutput `pulumi:"parameterArns"`

	references map[string]SecretReference
}

// SecretsArgs are the inputs of NewSecrets.
type SecretsArgs struct {
	// Path is the prefix of the parameters' names, such as /care/staging. Required with Values.
	Path string `pulumi:"path,optional"`
	// Values are the secrets to store, by the names of their environment variables. Each has 1 to 4,096 characters, the
	// size of a standard parameter
	// (https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html). Default:
	// none.
	Values map[string]pulumi.StringInput `pulumi:"values,optional"`
	// Protected are names among Values whose parameters Pulumi refuses to delete. Default: none.
	Protected []string `pulumi:"protected,optional"`
	// Existing are secrets that are stored elsewhere, by the names of their environment variables: the name of an SSM
	// parameter, or the ARN of a parameter or a Secrets Manager secret. Default: none.
	Existing map[string]string `pulumi:"existing,optional"`
	// KmsKeyArn is the KMS key that encrypts the parameters. Default: AWS's own key.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// Tags are added to every parameter. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Validate checks every value and returns all problems at once.
func (args *SecretsArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *SecretsArgs, which may be empty")
	}
	problems := []error{validateKey("kmsKeyArn", args.KmsKeyArn)}
	if len(args.Values) > 0 {
		problems = append(problems, rule.SecretsPath("path", args.Path))
	}
	for _, name := range sortedKeys(args.Values) {
		key := fmt.Sprintf("values[%q]", name)
		problems = append(problems, rule.EnvironmentName(key, name), validateSecret(key, args.Values[name]))
	}
	for _, name := range args.Protected {
		if args.Values[name] == nil {
			problems = append(problems, rule.Broken("protected", name, "must be among values", "give it a value or remove it"))
		}
	}
	for _, name := range sortedKeys(args.Existing) {
		key := fmt.Sprintf("existing[%q]", name)
		problems = append(problems, rule.EnvironmentName(key, name), rule.SecretLocation(key, args.Existing[name]))
		if _, twice := args.Values[name]; twice {
			problems = append(problems, rule.Broken(key, name, "must not be in values as well", "keep one of them"))
		}
	}
	return rule.All(problems...)
}

// validateSecret checks a secret. A value that is not known yet is checked for presence only.
func validateSecret(key string, value pulumi.StringInput) error {
	if plain, ok := value.(pulumi.String); ok {
		return rule.SecretValue(key, string(plain))
	}
	return rule.Given(key, value != nil, "give a value or remove the name")
}

// NewSecrets checks args and creates the parameters. It returns an error and registers nothing if args is nil or
// invalid.
func NewSecrets(ctx *pulumi.Context, name string, args *SecretsArgs, opts ...pulumi.ResourceOption) (*Secrets, error) {
	var a SecretsArgs
	if args != nil {
		a = *args
	}
	secrets := &Secrets{references: map[string]SecretReference{}}
	c, err := register(ctx, "Secrets", name, secrets, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	return secrets, c.build(func() error { return secrets.create(c, a) })
}

// References returns the location of each secret, by the names of the environment variables.
func (s *Secrets) References() map[string]SecretReference {
	return maps.Clone(s.references)
}

func (s *Secrets) create(c *component, a SecretsArgs) error {
	arns := pulumi.StringMap{}
	for _, name := range sortedKeys(a.Values) {
		parameter, err := ssm.NewParameter(c.ctx, c.child(name), &ssm.ParameterArgs{
			Name:  pulumi.String(a.Path + "/" + name),
			Type:  pulumi.String("SecureString"),
			Value: pulumi.ToSecret(a.Values[name]).(pulumi.StringOutput),
			KeyId: pointer(parameterKey(a.KmsKeyArn)),
			Tags:  c.tagged(),
			// Its name cannot exist twice.
		}, append(c.guarded(slices.Contains(a.Protected, name)), pulumi.DeleteBeforeReplace(true))...)
		if err != nil {
			return fmt.Errorf("keep secret %s: %w", name, err)
		}
		arns[name] = parameter.Arn
		s.references[name] = SecretReference{
			Store: StoreSsm, ValueFrom: parameter.Arn, Arn: parameter.Arn, Version: pulumi.Sprintf("%d", parameter.Version),
			KmsKeyArn: a.KmsKeyArn,
		}
	}
	for _, name := range sortedKeys(a.Existing) {
		s.references[name] = c.existing(a.Existing[name])
	}
	s.ParameterArns = arns.ToStringMapOutput()
	return nil
}

// parameterKey returns the key of a parameter, which is AWS's own if none is given. It is given explicitly, because the
// provider keeps the present key of a parameter as long as keyId has no value.
func parameterKey(arn pulumi.StringInput) pulumi.StringInput {
	if arn == nil {
		return pulumi.String("alias/aws/ssm")
	}
	return arn
}

// existing returns the reference for a location that rule.SecretLocation accepts.
func (c *component) existing(location string) SecretReference {
	fields := strings.Split(location, ":")
	switch {
	case fields[0] != "arn":
		arn := pulumi.Sprintf("arn:%s:ssm:%s:%s:parameter/%s", c.partition(), c.region(), c.account(),
			strings.TrimPrefix(location, "/"))
		return SecretReference{Store: StoreSsm, ValueFrom: arn, Arn: arn}
	case fields[2] == StoreSsm:
		return SecretReference{Store: StoreSsm, ValueFrom: pulumi.String(location), Arn: pulumi.String(location)}
	default:
		// IAM knows the secret by its first seven fields; key, stage and version are ECS's own addition.
		return SecretReference{
			Store: StoreSecretsManager, ValueFrom: pulumi.String(location), Arn: pulumi.String(strings.Join(fields[:7], ":")),
		}
	}
}

package components

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi-tls/sdk/v5/go/tls"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The secrets that Care itself makes up its mind by, and that can therefore be generated.
const (
	secretKeyName    = "DJANGO_SECRET_KEY"
	jwksName         = "JWKS_BASE64"
	vapidPublicName  = "VAPID_PUBLIC_KEY"
	vapidPrivateName = "VAPID_PRIVATE_KEY"
)

// CareKeys generates the signing keys of Care: Django's secret key, the RSA key of its key set, and the key pair for
// web push. Care has public defaults or none for them, so each deployment needs its own. They are generated once and do
// not change.
type CareKeys struct {
	pulumi.ResourceState

	// Values are the generated secrets, by the names of their environment variables. Secret.
	Values pulumi.StringMapOutput `pulumi:"values"`

	values map[string]pulumi.StringInput
}

// CareKeysArgs are the inputs of NewCareKeys.
type CareKeysArgs struct {
	// Given are the names of secrets that are not generated, because they are stored elsewhere. The two VAPID keys are
	// a pair: set both or none. Default: none.
	Given []string `pulumi:"given,optional"`
	// ProtectData has Pulumi refuse to delete the keys, which cannot be recovered. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
}

func (args *CareKeysArgs) given(name string) bool {
	return slices.Contains(args.Given, name)
}

// Validate checks every value and returns all problems at once.
func (args *CareKeysArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *CareKeysArgs, which may be empty")
	}
	if args.given(vapidPublicName) != args.given(vapidPrivateName) {
		return rule.Broken("given", args.Given, "VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are a pair", "give both or none")
	}
	return nil
}

// NewCareKeys checks args and generates the keys. It returns an error and registers nothing if args is nil or invalid.
func NewCareKeys(ctx *pulumi.Context, name string, args *CareKeysArgs,
	opts ...pulumi.ResourceOption,
) (*CareKeys, error) {
	keys := &CareKeys{values: map[string]pulumi.StringInput{}}
	c, err := register(ctx, "CareKeys", name, keys, args.Validate(), nil, opts)
	if err != nil {
		return nil, err
	}
	b := &careKeysBuilder{component: c, args: args, keys: keys}
	return keys, c.build(b.generateSecretKey, b.generateJwks, b.generateVapid, b.setOutputs)
}

// Generated returns the generated secrets by the names of their environment variables.
func (k *CareKeys) Generated() map[string]pulumi.StringInput {
	return maps.Clone(k.values)
}

type careKeysBuilder struct {
	*component
	args *CareKeysArgs
	keys *CareKeys
}

func (b *careKeysBuilder) generateSecretKey() error {
	if b.args.given(secretKeyName) {
		return nil
	}
	// Care would read a value that begins with a dollar sign as the name of another variable, so the key has letters
	// and digits only.
	key, err := random.NewRandomPassword(b.ctx, b.child("django"), &random.RandomPasswordArgs{
		Length: pulumi.Int(64), Special: pulumi.Bool(false),
	}, b.guarded(b.args.ProtectData)...)
	if err != nil {
		return fmt.Errorf("generate Django's secret key: %w", err)
	}
	b.keys.values[secretKeyName] = key.Result
	return nil
}

func (b *careKeysBuilder) generateJwks() error {
	if b.args.given(jwksName) {
		return nil
	}
	key, err := tls.NewPrivateKey(b.ctx, b.child("jwks"), &tls.PrivateKeyArgs{
		Algorithm: pulumi.String("RSA"), RsaBits: pulumi.Int(2048),
	}, b.guarded(b.args.ProtectData)...)
	if err != nil {
		return fmt.Errorf("generate key set: %w", err)
	}
	b.keys.values[jwksName] = key.PrivateKeyPem.ApplyT(jwksBase64).(pulumi.StringOutput)
	return nil
}

func (b *careKeysBuilder) generateVapid() error {
	if b.args.given(vapidPublicName) {
		return nil
	}
	key, err := tls.NewPrivateKey(b.ctx, b.child("vapid"), &tls.PrivateKeyArgs{
		Algorithm: pulumi.String("ECDSA"), EcdsaCurve: pulumi.String("P256"),
	}, b.guarded(b.args.ProtectData)...)
	if err != nil {
		return fmt.Errorf("generate keys for web push: %w", err)
	}
	b.keys.values[vapidPublicName] = key.PrivateKeyPem.ApplyT(func(pemKey string) (string, error) {
		public, _, err := vapidKeys(pemKey)
		return public, err
	}).(pulumi.StringOutput)
	b.keys.values[vapidPrivateName] = key.PrivateKeyPem.ApplyT(func(pemKey string) (string, error) {
		_, private, err := vapidKeys(pemKey)
		return private, err
	}).(pulumi.StringOutput)
	return nil
}

func (b *careKeysBuilder) setOutputs() error {
	b.keys.Values = pulumi.ToSecret(pulumi.StringMap(b.keys.Generated()).ToStringMapOutput()).(pulumi.StringMapOutput)
	return nil
}

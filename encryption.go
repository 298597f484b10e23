package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
)

// deployKey returns the ARN of the key that encrypts the data of the stack, a new or an existing one; nil if AWS's own
// keys do.
func deployKey(ctx *pulumi.Context, c config.Config) (pulumi.StringInput, error) {
	if existing := c.Encryption.ExistingKeyArn(); existing != "" {
		return pulumi.String(existing), nil
	}
	if c.Encryption.Key != config.OwnKey {
		return nil, nil
	}
	key, err := components.NewEncryptionKey(ctx, "care-data", &components.EncryptionKeyArgs{ProtectData: c.ProtectData})
	if err != nil {
		return nil, err
	}
	return key.Arn, nil
}

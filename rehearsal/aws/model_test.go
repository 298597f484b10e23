package aws_test

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// accepting is a cloud whose user vouches for some values.
func accepting(t *testing.T, texts ...string) *cloud {
	t.Helper()
	var accepted []standin.Acceptance
	for _, text := range texts {
		one, err := model.ParseAcceptance(text)
		require.NoError(t, err)
		accepted = append(accepted, one)
	}
	return configured(t, standin.Accept(accepted...))
}

// configured is a cloud with options of its stand-in.
func configured(t *testing.T, options ...standin.Option) *cloud {
	t.Helper()
	world := standin.NewWorld()
	server, err := aws.New(world, options...)
	require.NoError(t, err)
	c := &cloud{t: t, server: server, world: world}
	_, err = server.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: c.wire(in{"region": "ap-south-1"})})
	require.NoError(t, err)
	return c
}

func TestAValueNewerThanTheModelsIsAcceptedByTheFlagThatTheRefusalNames(t *testing.T) {
	t.Parallel()
	given := in{"keyAlgorithm": "RSA_8192", "domainName": "example.org", "validationMethod": "DNS"}
	_, reasons := newCloud(t).check("acm/certificate:Certificate", "one", nil, given)
	require.Len(t, reasons, 1)
	assert.Contains(t, reasons[0], "ValidationException: the value must be one of RSA_1024")
	assert.Contains(t, reasons[0], "(acm RequestCertificateRequest.KeyAlgorithm)")
	assert.Contains(t, reasons[0], "pass --accept 'acm.Certificate.keyAlgorithm=RSA_8192'")

	_, reasons = accepting(t, "acm.Certificate.keyAlgorithm=RSA_8192").check("acm/certificate:Certificate", "one", nil,
		given)
	assert.Empty(t, reasons)
	_, reasons = accepting(t, "acm.Certificate.keyAlgorithm").check("acm/certificate:Certificate", "one", nil, given)
	assert.Empty(t, reasons)
	_, reasons = accepting(t, "acm.Certificate.keyAlgorithm=RSA_9999").check("acm/certificate:Certificate", "one", nil,
		given)
	assert.Len(t, reasons, 1)
}

func TestAcceptingWhatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"engineVersion=18": `is not TYPE.PROPERTY=VALUE`, "rds.Database.engineVersion=18": "no such type of resource",
		"rds.Instance.engineVersions=18": `did you mean "rds.Instance.engineVersion"?`,
	} {
		_, err := model.ParseAcceptance(text)
		require.ErrorContains(t, err, want)
	}
}

func TestWhatIsNotKnownYetPassesAndASecretIsNotShown(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	token := "ssm/parameter:Parameter"
	_, reasons := c.check(token, "later", nil, in{"name": "/demo/KEY", "type": notYet, "value": notYet})
	assert.Empty(t, reasons)
	_, reasons = c.check(token, "secret", nil, in{
		"name": "/demo/KEY", "type": "SecureString", "value": "x",
		"keyId": resource.MakeSecret(resource.NewProperty("hunter22 !")),
	})
	require.Len(t, reasons, 1)
	assert.Contains(t, reasons[0], "keyId = [secret]")
	assert.Contains(t, reasons[0], "pass --accept 'ssm.Parameter.keyId'")
	assert.NotContains(t, reasons[0], "hunter22")
}

func TestWhatAResourceHasAlreadyIsNotHeldAgainstTheModels(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	token, given := "ecs/service:Service", in{"cluster": "c", "taskDefinition": "t", "launchType": "OUTPOST"}
	_, reasons := c.check(token, "app", nil, given)
	assert.Contains(t, reasons[0], "launchType")
	_, reasons = c.check(token, "app", resource.NewPropertyMapFromMap(given), given)
	for _, reason := range reasons {
		assert.NotContains(t, reason, "ecs CreateServiceRequest.launchType")
	}
}

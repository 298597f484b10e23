package tls_test

import (
	"context"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
	"github.com/ohcnetwork/care-ecs/rehearsal/tls"
)

type in = map[string]any

const urn = "urn:pulumi:dev::demo::tls:index/privateKey:PrivateKey::key"

var keep = plugin.MarshalOptions{KeepSecrets: true}

func check(t *testing.T, given in) (*standin.Server, *pulumirpc.CheckResponse) {
	t.Helper()
	server, err := tls.New(standin.NewWorld())
	require.NoError(t, err)
	news, err := plugin.MarshalProperties(resource.NewPropertyMapFromMap(given), keep)
	require.NoError(t, err)
	checked, err := server.Check(context.Background(), &pulumirpc.CheckRequest{Urn: urn, News: news})
	require.NoError(t, err)
	return server, checked
}

// key creates a key and returns its outputs with the secrets decrypted.
func key(t *testing.T, given in) map[string]string {
	t.Helper()
	server, checked := check(t, given)
	require.Empty(t, checked.Failures)
	got, err := server.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urn, Properties: checked.Inputs})
	require.NoError(t, err)
	out, err := plugin.UnmarshalProperties(got.Properties, keep)
	require.NoError(t, err)
	texts := map[string]string{"id": got.Id}
	for name, value := range out {
		private := name == "privateKeyOpenssh" || name == "privateKeyPem" || name == "privateKeyPemPkcs8"
		assert.Equal(t, private, value.IsSecret(), name)
		if value.IsSecret() {
			value = value.SecretValue().Element
		}
		if value.IsString() {
			texts[string(name)] = value.StringValue()
		}
	}
	assert.Regexp(t, `^[0-9a-f]{40}$`, texts["id"])
	return texts
}

func parse(t *testing.T, text, kind string) []byte {
	t.Helper()
	block, rest := pem.Decode([]byte(text))
	require.NotNil(t, block)
	assert.Empty(t, rest)
	assert.Equal(t, kind, block.Type)
	return block.Bytes
}

func TestAnRsaKeyIsReal(t *testing.T) {
	t.Parallel()
	out := key(t, in{"algorithm": "RSA", "rsaBits": 2048})
	private, err := x509.ParsePKCS1PrivateKey(parse(t, out["privateKeyPem"], "RSA PRIVATE KEY"))
	require.NoError(t, err)
	assert.Equal(t, 2048, private.N.BitLen())
	public, err := x509.ParsePKIXPublicKey(parse(t, out["publicKeyPem"], "PUBLIC KEY"))
	require.NoError(t, err)
	assert.Equal(t, &private.PublicKey, public)
	pkcs8, err := x509.ParsePKCS8PrivateKey(parse(t, out["privateKeyPemPkcs8"], "PRIVATE KEY"))
	require.NoError(t, err)
	assert.True(t, private.Equal(pkcs8))
	assert.Regexp(t, `^ssh-rsa \S+\n$`, out["publicKeyOpenssh"])
	assert.Regexp(t, `^SHA256:`, out["publicKeyFingerprintSha256"])
	_, err = ssh.ParsePrivateKey([]byte(out["privateKeyOpenssh"]))
	require.NoError(t, err)
}

func TestAnEcdsaKeyIsOnTheCurveAskedFor(t *testing.T) {
	t.Parallel()
	out := key(t, in{"algorithm": "ECDSA", "ecdsaCurve": "P256"})
	private, err := x509.ParseECPrivateKey(parse(t, out["privateKeyPem"], "EC PRIVATE KEY"))
	require.NoError(t, err)
	assert.Equal(t, elliptic.P256(), private.Curve)
	public, err := x509.ParsePKIXPublicKey(parse(t, out["publicKeyPem"], "PUBLIC KEY"))
	require.NoError(t, err)
	assert.Equal(t, &private.PublicKey, public)
	assert.Regexp(t, `^ecdsa-sha2-nistp256 `, out["publicKeyOpenssh"])

	assert.Empty(t, key(t, in{"algorithm": "ECDSA"})["publicKeyOpenssh"], "OpenSSH does not know P224, the default")
}

func TestAnEd25519KeyIsReal(t *testing.T) {
	t.Parallel()
	out := key(t, in{"algorithm": "ED25519"})
	private, err := x509.ParsePKCS8PrivateKey(parse(t, out["privateKeyPem"], "PRIVATE KEY"))
	require.NoError(t, err)
	public, err := x509.ParsePKIXPublicKey(parse(t, out["publicKeyPem"], "PUBLIC KEY"))
	require.NoError(t, err)
	signer, ok := private.(ed25519.PrivateKey)
	require.True(t, ok)
	assert.Equal(t, signer.Public(), public)
	assert.Regexp(t, `^ssh-ed25519 `, out["publicKeyOpenssh"])
}

func TestAKeyThatCannotBeMadeIsRefused(t *testing.T) {
	t.Parallel()
	for want, given := range map[string]in{
		"RSA, ECDSA or ED25519":    {"algorithm": "DSA"},
		"P224, P256, P384 or P521": {"algorithm": "ECDSA", "ecdsaCurve": "P25"},
		"1024 to 16384 bits":       {"algorithm": "RSA", "rsaBits": 512},
		`"algorithm" is required`:  {},
	} {
		_, checked := check(t, given)
		require.Len(t, checked.Failures, 1)
		assert.Contains(t, checked.Failures[0].Reason, want)
	}
}

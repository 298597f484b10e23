package tls

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // the provider's identifiers, not a safeguard
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"

	"github.com/pulumi/pulumi-tls/sdk/v5/go/tls"
	"golang.org/x/crypto/ssh"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func privateKeyKind() standin.Kind {
	return standin.Kind{
		Token: "tls:index/privateKey:PrivateKey", Args: tls.PrivateKeyArgs{}, State: tls.PrivateKeyState{},
		Computed: []string{"ecdsaCurve", "rsaBits"},
		Replaces: []string{"algorithm", "ecdsaCurve", "rsaBits"},
		Secrets:  []string{"privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"},
		Checks:   []standin.CheckRule{algorithmKnown, curveKnown, bitsInRange},
		Id:       makeKey,
	}
}

var curves = map[string]elliptic.Curve{
	"P224": elliptic.P224(), "P256": elliptic.P256(), "P384": elliptic.P384(), "P521": elliptic.P521(),
}

var algorithmKnown = standin.Identify("tls/algorithm", "A private key of an unknown algorithm",
	"https://www.pulumi.com/registry/packages/tls/api-docs/privatekey/").OnInputs(func(d *standin.Draft) {
	switch algorithm := d.In("algorithm"); algorithm.Text() {
	case "RSA", "ECDSA", "ED25519":
	default:
		if algorithm.Known() {
			d.Refuse(algorithm, "Invalid Attribute Value Match", "the algorithm is RSA, ECDSA or ED25519", "choose one of them")
		}
	}
})

var curveKnown = standin.Identify("tls/curve", "A private key on an unknown curve",
	"https://www.pulumi.com/registry/packages/tls/api-docs/privatekey/").OnInputs(func(d *standin.Draft) {
	if curve := d.In("ecdsaCurve"); curve.Known() && curves[curve.Text()] == nil {
		d.Refuse(curve, "Invalid Attribute Value Match", "the curve is P224, P256, P384 or P521", "choose one of them")
	}
})

// bitsInRange starts at 1024 because Go generates no shorter RSA keys.
var bitsInRange = standin.Identify("tls/rsa-bits", "An RSA key with too few or too many bits",
	"https://www.pulumi.com/registry/packages/tls/api-docs/privatekey/").OnInputs(func(d *standin.Draft) {
	const minBits, maxBits = 1024, 16384
	if bits := d.In("rsaBits"); bits.Known() && (bits.Int() < minBits || bits.Int() > maxBits) {
		d.Refuse(bits, "Invalid Attribute Value", fmt.Sprintf("an RSA key has %d to %d bits", minBits, maxBits),
			"use 2048 or 4096")
	}
})

// makeKey generates the key, sets the outputs, and returns the identifier. Like the provider's, the identifier is the
// hash of the public key.
func makeKey(o *standin.Op) string {
	key, err := generate(o)
	if err != nil {
		o.Refuse(o.In("algorithm"), "Unable to generate Key from configuration", err.Error(), "choose another algorithm")
		return ""
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		o.Refuse(o.In("algorithm"), "Unable to marshal public key", err.Error(), "choose another algorithm")
		return ""
	}
	out, err := privateForms(key)
	if err != nil {
		o.Refuse(o.In("algorithm"), "Unable to marshal private key", err.Error(), "choose another algorithm")
		return ""
	}
	out["publicKeyPem"] = block("PUBLIC KEY", public)
	out["ecdsaCurve"], out["rsaBits"] = "P224", 2048
	opensshForms(key, out)
	o.Compute(out)
	sum := sha1.Sum(public) // the provider's identifiers, not a safeguard
	return hex.EncodeToString(sum[:])
}

func generate(o *standin.Op) (crypto.Signer, error) {
	switch o.In("algorithm").Text() {
	case "RSA":
		bits := 2048
		if input := o.In("rsaBits"); input.Known() {
			bits = input.Int()
		}
		return rsa.GenerateKey(rand.Reader, bits)
	case "ECDSA":
		curve := elliptic.P224()
		if input := o.In("ecdsaCurve"); input.Known() {
			curve = curves[input.Text()]
		}
		return ecdsa.GenerateKey(curve, rand.Reader)
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return key, err
}

// privateForms returns the private key in the algorithm's own PEM format and in PKCS #8.
func privateForms(key crypto.Signer) (standin.Props, error) {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	forms := standin.Props{"privateKeyPemPkcs8": block("PRIVATE KEY", pkcs8), "privateKeyPem": block("PRIVATE KEY", pkcs8)}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		forms["privateKeyPem"] = block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k))
	case *ecdsa.PrivateKey:
		der, err := x509.MarshalECPrivateKey(k)
		if err != nil {
			return nil, err
		}
		forms["privateKeyPem"] = block("EC PRIVATE KEY", der)
	}
	return forms, nil
}

// opensshForms adds the OpenSSH formats. They are empty for a key on P224, which OpenSSH does not support.
func opensshForms(key crypto.Signer, out standin.Props) {
	for _, name := range []string{
		"privateKeyOpenssh",
		"publicKeyOpenssh",
		"publicKeyFingerprintMd5",
		"publicKeyFingerprintSha256",
	} {
		out[name] = ""
	}
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return
	}
	private, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		return
	}
	out["privateKeyOpenssh"] = string(pem.EncodeToMemory(private))
	out["publicKeyOpenssh"] = string(ssh.MarshalAuthorizedKey(public))
	out["publicKeyFingerprintMd5"] = ssh.FingerprintLegacyMD5(public)
	out["publicKeyFingerprintSha256"] = ssh.FingerprintSHA256(public)
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

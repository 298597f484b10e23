package components

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKeySetHoldsThePrivateRsaKeyForRs256(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	text, err := jwksBase64(
		string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})),
	)
	require.NoError(t, err)
	decoded, err := base64.StdEncoding.DecodeString(text)
	require.NoError(t, err)
	var set map[string][]map[string]string
	require.NoError(t, json.Unmarshal(decoded, &set))
	require.Len(t, set["keys"], 1)
	jwk := set["keys"][0]
	for name, want := range map[string]*big.Int{
		"n": key.N, "e": big.NewInt(int64(key.E)), "d": key.D, "p": key.Primes[0], "q": key.Primes[1],
		"dp": key.Precomputed.Dp, "dq": key.Precomputed.Dq, "qi": key.Precomputed.Qinv,
	} {
		raw, err := base64.RawURLEncoding.DecodeString(jwk[name])
		require.NoError(t, err, name)
		assert.Zero(t, want.Cmp(new(big.Int).SetBytes(raw)), name)
	}
	assert.Equal(t, "AQAB", jwk["e"], "65537 without leading zeros")
	assert.Equal(t, []string{"RSA", "RS256", "sig"}, []string{jwk["kty"], jwk["alg"], jwk["use"]})
	sum := sha256.Sum256([]byte(`{"e":"` + jwk["e"] + `","kty":"RSA","n":"` + jwk["n"] + `"}`))
	assert.Equal(t, base64.RawURLEncoding.EncodeToString(sum[:]), jwk["kid"], "the thumbprint of RFC 7638")
	assert.Less(t, len(text), 2500, "it fits a standard parameter")
}

func TestThumbprintIsThatOfRfc7638(t *testing.T) {
	t.Parallel()
	//nolint:lll // A number in base64 stays whole.
	const example = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
	assert.Equal(t, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", thumbprint(rsaJwk{E: "AQAB", N: example}))
}

func TestVapidKeysAreThePointAndTheNumberOfAP256Key(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	encoded, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	public, private, err := vapidKeys(string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded})))
	require.NoError(t, err)
	point, err := base64.RawURLEncoding.DecodeString(public)
	require.NoError(t, err)
	number, err := base64.RawURLEncoding.DecodeString(private)
	require.NoError(t, err)
	assert.Len(t, point, 65)
	assert.Equal(t, byte(4), point[0], "uncompressed")
	assert.Len(t, number, 32, "with leading zeros")
	again, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), number)
	require.NoError(t, err)
	assert.True(t, again.PublicKey.Equal(&key.PublicKey), "the two are a pair")
}

func TestWrongKeysGiveErrorsAndShowNothing(t *testing.T) {
	t.Parallel()
	broken := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: []byte("a secret text")}))
	for _, text := range []string{"", "a secret text", broken} {
		_, err := jwksBase64(text)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "secret text")
		_, _, err = vapidKeys(text)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "secret text")
	}
}

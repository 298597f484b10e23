package components

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
)

// rsaJwk is a private RSA key in the form of RFC 7518, section 6.3.
type rsaJwk struct {
	Kty string `json:"kty"`
	Alg string `json:"alg"`
	Use string `json:"use"`
	Kid string `json:"kid"`
	N   string `json:"n"`
	E   string `json:"e"`
	D   string `json:"d"`
	P   string `json:"p"`
	Q   string `json:"q"`
	Dp  string `json:"dp"`
	Dq  string `json:"dq"`
	Qi  string `json:"qi"`
}

// jwksBase64 returns the value of JWKS_BASE64: the base64 of a key set that has the private RSA key for RS256.
func jwksBase64(pemKey string) (string, error) {
	block, _ := pem.Decode([]byte(pemKey))
	if block == nil {
		return "", errors.New("the RSA key is not PEM")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return "", fmt.Errorf("read RSA key: %w", err)
	}
	set, err := json.Marshal(map[string][]rsaJwk{"keys": {newRsaJwk(key)}})
	if err != nil {
		return "", fmt.Errorf("write key set: %w", err)
	}
	return base64.StdEncoding.EncodeToString(set), nil
}

func newRsaJwk(key *rsa.PrivateKey) rsaJwk {
	jwk := rsaJwk{
		Kty: "RSA", Alg: "RS256", Use: "sig",
		N: number(key.N), E: exponent(key.E), D: number(key.D), P: number(key.Primes[0]), Q: number(key.Primes[1]),
		Dp: number(key.Precomputed.Dp), Dq: number(key.Precomputed.Dq), Qi: number(key.Precomputed.Qinv),
	}
	jwk.Kid = thumbprint(jwk)
	return jwk
}

// thumbprint names the key by its public part (RFC 7638): the members in alphabetical order, without spaces.
func thumbprint(jwk rsaJwk) string {
	sum := sha256.Sum256(fmt.Appendf(nil, `{"e":%q,"kty":"RSA","n":%q}`, jwk.E, jwk.N))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func number(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }

func exponent(e int) string {
	var whole [8]byte
	binary.BigEndian.PutUint64(whole[:], uint64(e)) // a public exponent is positive
	return number(new(big.Int).SetBytes(whole[:]))
}

// vapidKeys returns the values of VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY: the uncompressed point and the number of a
// P-256 key in unpadded base64url (RFC 8292).
func vapidKeys(pemKey string) (public, private string, err error) {
	block, _ := pem.Decode([]byte(pemKey))
	if block == nil {
		return "", "", errors.New("the EC key is not PEM")
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	if err != nil {
		return "", "", fmt.Errorf("read EC key: %w", err)
	}
	return encodeVapid(key)
}

func encodeVapid(key *ecdsa.PrivateKey) (public, private string, err error) {
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return "", "", fmt.Errorf("write EC point: %w", err)
	}
	secret, err := key.Bytes()
	if err != nil {
		return "", "", fmt.Errorf("write EC number: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(point), base64.RawURLEncoding.EncodeToString(secret), nil
}

package pulumitest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"sync"
)

// rsaKey and ecKey are real keys in the forms of the tls provider, made once: an RSA key takes a good part of a second.
var (
	rsaKey = sync.OnceValue(func() string {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return ""
		}
		return encodePem("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
	})
	ecKey = sync.OnceValue(func() string {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return ""
		}
		encoded, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			return ""
		}
		return encodePem("EC PRIVATE KEY", encoded)
	})
)

func encodePem(kind string, content []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
}

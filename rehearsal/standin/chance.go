package standin

import (
	"crypto/rand"
	"fmt"
	"math/big"
)

// Draw makes n random characters of an alphabet, each as likely as the others.
func Draw(alphabet string, n int) string {
	drawn := make([]byte, n)
	for i := range drawn {
		drawn[i] = alphabet[Below(len(alphabet))]
	}
	return string(drawn)
}

// Below returns a random number from 0 to below n, from the system's secure source.
func Below(n int) int {
	number, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		return 0 // crypto/rand.Reader never fails
	}
	return int(number.Int64())
}

// Uuid makes a random UUID (RFC 9562, version 4).
func Uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

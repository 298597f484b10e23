//go:build linux

package software

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// redisClient sends commands to the Redis of the sandbox.
type redisClient struct {
	net.Conn
	answers *bufio.Reader
}

func connectRedis(t *testing.T, password string) *redisClient {
	t.Helper()
	connection, err := net.Dial("tcp", "127.0.0.1:6379")
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	require.NoError(t, connection.SetDeadline(time.Now().Add(2*time.Minute)))
	client := &redisClient{connection, bufio.NewReader(connection)}
	if password != "" {
		require.Equal(t, "+OK", client.ask(t, "AUTH", password))
	}
	return client
}

// send sends a command in the form of an array
// (https://redis.io/docs/latest/develop/reference/protocol-spec/).
func (c *redisClient) send(t *testing.T, words ...string) {
	t.Helper()
	var command strings.Builder
	fmt.Fprintf(&command, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&command, "$%d\r\n%s\r\n", len(word), word)
	}
	_, err := c.Write([]byte(command.String()))
	require.NoError(t, err)
}

// receive returns one answer: the text of a string, or else the line with its sign. Elements of an array are joined.
func (c *redisClient) receive(t *testing.T) string {
	t.Helper()
	line, err := c.answers.ReadString('\n')
	require.NoError(t, err)
	line = strings.TrimSpace(line)
	var count int
	switch _, err := fmt.Sscanf(line[1:], "%d", &count); {
	case line[0] == '$' && err == nil && count >= 0:
		text := make([]byte, count+2)
		_, err := io.ReadFull(c.answers, text)
		require.NoError(t, err)
		return string(text[:count])
	case line[0] == '*' && err == nil:
		var elements []string
		for range count {
			elements = append(elements, c.receive(t))
		}
		return strings.Join(elements, " ")
	}
	return line
}

func (c *redisClient) ask(t *testing.T, words ...string) string {
	t.Helper()
	c.send(t, words...)
	return c.receive(t)
}

//go:build linux

package software

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startPostgres starts PostgreSQL as RDS has it: connections by TLS only, and a master user who owns the database and
// may create databases and roles, but is no superuser. It refuses to run as root and runs as another user.
func startPostgres(t *testing.T) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	runAsUser(t, "", "initdb", "--pgdata", data, "--username", "rdsadmin", "--auth", "reject", "--encoding", "UTF8",
		"--no-locale")
	runAsUser(t, strings.Join([]string{
		fmt.Sprintf("CREATE ROLE care LOGIN NOSUPERUSER CREATEDB CREATEROLE PASSWORD '%s'", databasePassword),
		"CREATE DATABASE care OWNER care",
	}, "\n"), "postgres", "--single", "-D", data, "postgres")
	require.NoError(t,
		os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte("hostssl all all 127.0.0.1/32 scram-sha-256\n"), 0o600))
	writeCertificate(t, data)
	server := asUser("postgres", "-D", data, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "ssl=on", "-c", "fsync=off")
	output := &log{}
	server.Stdout, server.Stderr = output, output
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGKILL) // bubblewrap takes PostgreSQL with it
		_ = server.Wait()
	})
	require.Eventually(t, func() bool { return strings.Contains(output.String(), "ready to accept connections") },
		30*time.Second, 20*time.Millisecond, "PostgreSQL: %s", output)
}

// asUser is a program of PostgreSQL that runs as nobody.
func asUser(program string, arguments ...string) *exec.Cmd {
	options := []string{
		"--unshare-user", "--uid", "65534", "--gid", "65534", "--die-with-parent", "--dev-bind", "/", "/", "--",
		postgresPath("bin", program),
	}
	return exec.Command("bwrap", append(options, arguments...)...)
}

func runAsUser(t *testing.T, input, program string, arguments ...string) {
	t.Helper()
	command := asUser(program, arguments...)
	command.Stdin = strings.NewReader(input)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s: %s", program, output)
}

// writeCertificate writes a certificate that the server signs itself, under the names that PostgreSQL reads by default.
func writeCertificate(t *testing.T, directory string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "db.example.org"}, NotAfter: time.Now().Add(24 * time.Hour),
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	for name, block := range map[string]*pem.Block{
		"server.crt": {Type: "CERTIFICATE", Bytes: certificate}, "server.key": {Type: "PRIVATE KEY", Bytes: private},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(directory, name), pem.EncodeToMemory(block), 0o600))
	}
}

// query runs a query as Care's user, and returns its one row as Python prints it.
func query(t *testing.T, s *stack, text string) string {
	t.Helper()
	address := s.secret(t, "care-backend", "DATABASE_URL")
	script := "import psycopg, sys\nprint(*psycopg.connect(sys.argv[1], host='127.0.0.1').execute(sys.argv[2]).fetchone())"
	output, err := exec.Command(software("python", "bin", "python"), "-c", script, address, text).CombinedOutput()
	require.NoError(t, err, string(output))
	return strings.TrimSpace(string(output))
}

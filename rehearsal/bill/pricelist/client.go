package pricelist

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	attempts = 4
	megabyte = 1 << 20
	// every is the number of bytes between two lines of progress.
	every = 64 * megabyte
)

// client downloads files from one server.
type client struct {
	base        *url.URL
	http        *http.Client
	wait        time.Duration
	idleTimeout time.Duration
	progress    io.Writer
}

// errTemporary wraps an error that may not recur in another attempt.
type errTemporary struct{ error }

func (e errTemporary) Unwrap() error { return e.error }

// get downloads a file and passes it to read. The path is relative to the root of the server. After a failure of the
// server or the connection it tries again and calls read again.
func (c *client) get(ctx context.Context, name, path string, read func(io.Reader) error) error {
	address := path
	if strings.HasPrefix(path, "/") {
		address = c.base.JoinPath(path).String()
	}
	wait := c.wait
	for attempt := 1; ; attempt++ {
		err := c.once(ctx, name, address, read)
		var temporary errTemporary
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !errors.As(err, &temporary):
			return fmt.Errorf("%s from %s: %w", name, address, err)
		case attempt == attempts:
			return fmt.Errorf("%s from %s: %w, in each of %d attempts; try again later", name, address, err, attempts)
		}
		fmt.Fprintf(c.progress, "%s: %v; trying again\n", name, err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		wait *= 2
	}
}

func (c *client) once(ctx context.Context, name, address string, read func(io.Reader) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	watchdog := time.AfterFunc(c.idleTimeout, func() { cancel(fmt.Errorf("nothing has arrived for %v", c.idleTimeout)) })
	defer watchdog.Stop()
	response, err := c.http.Do(request)
	if err != nil {
		return errTemporary{cmp.Or(context.Cause(ctx), err)}
	}
	defer func() { _ = response.Body.Close() }()
	switch {
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= http.StatusInternalServerError:
		return errTemporary{fmt.Errorf("the server answered %s", response.Status)}
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("the server answered %s", response.Status)
	}
	body := &counter{
		Reader: response.Body, name: name, size: response.ContentLength, progress: c.progress,
		arrived: func() { watchdog.Reset(c.idleTimeout) },
	}
	err = read(body)
	switch {
	case context.Cause(ctx) != nil:
		return errTemporary{context.Cause(ctx)}
	case errors.Is(err, errTruncated):
		return errTemporary{fmt.Errorf("%w, after %d bytes", err, body.read)}
	case body.failed != nil:
		return errTemporary{body.failed}
	}
	return err
}

// counter counts the bytes read and prints the progress.
type counter struct {
	io.Reader
	name       string
	size, read int64
	progress   io.Writer
	arrived    func()
	// failed is the error that ended the body early.
	failed error
}

// Read implements io.Reader.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	before := c.read
	c.read += int64(n)
	c.arrived()
	if c.read/every > before/every {
		of := ""
		if c.size > 0 {
			of = fmt.Sprintf(" of %d", c.size/megabyte)
		}
		fmt.Fprintf(c.progress, "%s: %d%s MB\n", c.name, c.read/megabyte, of)
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		c.failed = err
	}
	return n, err
}

// decode downloads and decodes a short JSON file.
func (c *client) decode(ctx context.Context, name, path string, into any) error {
	return c.get(ctx, name, path, func(r io.Reader) error {
		err := json.NewDecoder(r).Decode(into)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errTruncated
		}
		return err
	})
}

package pricelist

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestADownloadThatStallsIsBegunAgain(t *testing.T) {
	t.Parallel()
	list := listOf("AmazonECS", fargate("V", "APS3-Fargate-vCPU-Hours:perCPU", "0.04"))
	stall := func(w http.ResponseWriter, r *http.Request) {
		body(list[:100])(w, r)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	l, address := newLists(t, map[string]string{"AmazonECS/ap-south-1": list})
	path := listPath("AmazonECS", "ap-south-1")
	options := Options{
		Region:      "ap-south-1",
		Queries:     []Query{vcpu},
		Address:     address + indexPath,
		Wait:        time.Millisecond,
		IdleTimeout: 500 * time.Millisecond,
	}
	l.add(path, stall, body(list))
	result, err := Download(t.Context(), options)
	require.NoError(t, err)
	assert.Equal(t, "V", result.Prices[0].Sku)
	l.add(path, stall)
	_, err = Download(t.Context(), options)
	require.ErrorContains(t, err, "nothing has arrived for 500ms, in each of 4 attempts")
}

func TestASlowDownloadGoesOn(t *testing.T) {
	t.Parallel()
	list := listOf("AmazonECS", fargate("V", "APS3-Fargate-vCPU-Hours:perCPU", "0.04"))
	const parts = 10
	slow := func(w http.ResponseWriter, r *http.Request) {
		for i := range parts {
			body(list[len(list)*i/parts:len(list)*(i+1)/parts])(w, r)
			_ = http.NewResponseController(w).Flush()
			time.Sleep(300 * time.Millisecond)
		}
	}
	l, address := newLists(t, map[string]string{"AmazonECS/ap-south-1": list})
	path := listPath("AmazonECS", "ap-south-1")
	l.add(path, slow)
	_, err := Download(t.Context(), Options{
		Region: "ap-south-1", Queries: []Query{vcpu}, Address: address, Wait: time.Millisecond, IdleTimeout: 2 * time.Second,
	})
	require.NoError(t, err)
	assert.Equal(t, 1, l.times(path))
}

func TestAnInterruptEndsTheDownload(t *testing.T) {
	t.Parallel()
	l, address := newLists(t, map[string]string{"AmazonECS/ap-south-1": listOf("AmazonECS")})
	pressed := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	l.add(listPath("AmazonECS", "ap-south-1"), func(w http.ResponseWriter, _ *http.Request) {
		cancel(pressed)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	_, err := Download(ctx, Options{Region: "ap-south-1", Queries: []Query{vcpu}, Address: address, Wait: time.Hour})
	require.ErrorIs(t, err, pressed)
}

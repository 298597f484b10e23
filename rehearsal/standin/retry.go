package standin

import (
	"context"
	"sync/atomic"
)

type retryKey struct{}

// Retry notes in the history of the operation that ctx belongs to that the provider asks the cloud once more, as
// providers do when they are throttled. It is for interceptors.
func Retry(ctx context.Context) {
	if count, ok := ctx.Value(retryKey{}).(*atomic.Int64); ok {
		count.Add(1)
	}
}

func counting(ctx context.Context) (context.Context, *atomic.Int64) {
	count := &atomic.Int64{}
	return context.WithValue(ctx, retryKey{}, count), count
}

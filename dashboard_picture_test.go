package main

import (
	"fmt"
	"hash/fnv"
	"html"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The picture of the dashboard, in pixels.
const (
	pictureColumn = 50
	pictureRow    = 26
	pictureGap    = 5
	pictureWidth  = 24*pictureColumn + 2*pictureGap
)

// pictureColors are CloudWatch's colors for curves, in its order.
var pictureColors = []string{"#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"}

func TestThePictureOfTheDashboardShowsItsLayout(t *testing.T) {
	t.Parallel()
	const path = "docs/dashboard.svg"
	got := deployments[production](t).dashboard(t).picture()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "go test -run %s . -update draws it again", t.Name())
}

// picture draws every widget at its place in the body, with its title, its curves' names, and the line of its alarm.
// The curves themselves are invented.
func (b dashboardBody) picture() string {
	var out strings.Builder
	bottom := 0
	for _, widget := range b.Widgets {
		bottom = max(bottom, widget.Y+widget.Height)
	}
	height := bottom*pictureRow + 2*pictureGap
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif">`+"\n", pictureWidth, height)
	fmt.Fprintf(&out, `<rect width="%d" height="%d" fill="#f2f3f3"/>`+"\n", pictureWidth, height)
	for _, widget := range b.Widgets {
		widget.draw(&out)
	}
	out.WriteString("</svg>\n")
	return out.String()
}

// box is the area of a widget.
type box struct{ x, y, width, height float64 }

func (w dashboardWidget) draw(out *strings.Builder) {
	at := box{
		float64(w.X*pictureColumn + 2*pictureGap), float64(w.Y*pictureRow + 2*pictureGap),
		float64(w.Width*pictureColumn - 2*pictureGap), float64(w.Height*pictureRow - 2*pictureGap),
	}
	if w.Type == "text" {
		write(out, at.x+2, at.y+at.height/2+6, 15, "bold", "#16191f", strings.TrimPrefix(w.Properties.Markdown, "## "))
		return
	}
	fmt.Fprintf(out, `<rect x="%g" y="%g" width="%g" height="%g" rx="4" fill="#fff" stroke="#d5dbdb"/>`+"\n", at.x, at.y, at.width, at.height)
	write(out, at.x+10, at.y+17, 11, "bold", "#16191f", w.Properties.Title)
	if w.Type == "alarm" {
		w.drawAlarms(out, at)
		return
	}
	w.drawGraph(out, box{at.x + 12, at.y + 28, at.width - 24, at.height - 28 - 14*float64(w.legendLines(at)) - 8})
	w.drawLegend(out, at)
}

func write(out *strings.Builder, x, y float64, size int, weight, color, text string) {
	fmt.Fprintf(out, `<text x="%g" y="%g" font-size="%d" font-weight="%s" fill="%s">%s</text>`+"\n", x, y, size, weight, color, html.EscapeString(text))
}

// drawAlarms draws a box for each alarm, with the name that it has in the program.
func (w dashboardWidget) drawAlarms(out *strings.Builder, at box) {
	const gap = 6.0
	width := (at.width-20+gap)/float64(len(w.Properties.Alarms)) - gap
	for i, arn := range w.Properties.Alarms {
		name := arn[strings.LastIndex(arn, ":")+1:]
		name = name[:strings.LastIndex(name, "-")]
		x := at.x + 10 + float64(i)*(width+gap)
		fmt.Fprintf(out, `<rect x="%g" y="%g" width="%g" height="28" rx="3" fill="#f2f8f0" stroke="#1d8102"/>`+"\n", x, at.y+28, width)
		write(out, x+7, at.y+46, 10, "normal", "#16191f", name)
	}
}

// drawGraph draws axes, the alarm's line, and a curve for each metric, which its label alone decides.
func (w dashboardWidget) drawGraph(out *strings.Builder, at box) {
	for i := range 4 {
		y := at.y + at.height*float64(i)/3
		fmt.Fprintf(out, `<line x1="%g" y1="%.1f" x2="%g" y2="%.1f" stroke="#eaeded"/>`+"\n", at.x, y, at.x+at.width, y)
	}
	for _, line := range w.Properties.Annotations.Horizontal {
		share := 0.18
		if strings.HasPrefix(w.Properties.Title, "Free") {
			share = 0.88 // this alarm goes off below its line
		}
		y := at.y + at.height*share
		fmt.Fprintf(out, `<line x1="%g" y1="%.1f" x2="%g" y2="%.1f" stroke="#d13212" stroke-dasharray="4 3"/>`+"\n", at.x, y, at.x+at.width, y)
		write(out, at.x+at.width-30, y-3, 9, "normal", "#d13212", line.Label)
	}
	for i, row := range w.Properties.Metrics {
		_, label := w.metric(row)
		fmt.Fprintf(out, `<polyline fill="none" stroke="%s" stroke-width="1.5" points="%s"/>`+"\n",
			pictureColors[i%len(pictureColors)], curve(w.Properties.Title+label, at))
	}
}

// curve returns the points of an invented curve.
func curve(seed string, at box) string {
	hash := fnv.New32a()
	hash.Write([]byte(seed))
	phase, base := float64(hash.Sum32()%628)/100, 0.35+float64(hash.Sum32()/628%45)/100
	const steps = 48
	points := make([]string, 0, steps+1)
	for i := range steps + 1 {
		t := float64(i) / steps
		value := base + 0.1*math.Sin(2*math.Pi*t+phase) + 0.035*math.Sin(11*t+3*phase) + 0.02*math.Sin(37*t+phase)
		points = append(points, fmt.Sprintf("%.1f,%.1f", at.x+at.width*t, at.y+at.height*(1-value)))
	}
	return strings.Join(points, " ")
}

// legend returns the labels in lines that fit the widget.
func (w dashboardWidget) legend(width float64) [][]int {
	const character, between = 5.6, 26.0
	lines, used := [][]int{nil}, 0.0
	for i, row := range w.Properties.Metrics {
		_, label := w.metric(row)
		needed := float64(len(label))*character + between
		if used > 0 && used+needed > width {
			lines, used = append(lines, nil), 0
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], i)
		used += needed
	}
	return lines
}

func (w dashboardWidget) legendLines(at box) int { return len(w.legend(at.width - 24)) }

func (w dashboardWidget) drawLegend(out *strings.Builder, at box) {
	lines := w.legend(at.width - 24)
	for n, line := range lines {
		x, y := at.x+12, at.y+at.height-8-14*float64(len(lines)-1-n)
		for _, i := range line {
			_, label := w.metric(w.Properties.Metrics[i])
			fmt.Fprintf(out, `<circle cx="%g" cy="%g" r="3.5" fill="%s"/>`+"\n", x+3, y-3.5, pictureColors[i%len(pictureColors)])
			write(out, x+11, y, 10, "normal", "#545b64", label)
			x += float64(len(label))*5.6 + 26
		}
	}
}

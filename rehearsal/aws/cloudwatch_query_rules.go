package aws

import (
	"regexp"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var (
	queryId = regexp.MustCompile(`^[a-z][A-Za-z0-9_]{0,254}$`)
	// queryWord matches the ID of a query within an expression; functions are written in capitals, and texts in quotes.
	queryWord = regexp.MustCompile(`"[^"]*"|'[^']*'|[A-Za-z_][A-Za-z0-9_]*`)
)

var cloudwatchMetricQuery = rule("cloudwatch/metric-query").OnInputs(func(d *standin.Draft) {
	queries := d.In("metricQueries")
	if !queries.Known() || len(queries.Items()) == 0 {
		return
	}
	like(d, "metricQueries.id", queryIdForm(validationError))
	results := 0
	for _, query := range queries.Items() {
		exactlyOne(d, query, validationError, "metric", "expression")
		if metric := query.At("metric"); metric.Known() {
			for _, key := range []string{"metricName", "period", "stat"} {
				if v := metric.Key(key); !isGiven(v) {
					d.Refuse(v, "MissingParameter", "the value is required", "set "+key)
				}
			}
			queryPeriod(d, metric)
		}
		if query.At("returnData").Bool() {
			results++
		}
	}
	if results != 1 {
		d.Refuse(queries, validationError, "Exactly one element of the metrics list should return data",
			"set returnData of one query to true")
	}
})

func queryIdForm(code string) form {
	return form{
		code,
		queryId,
		"a query's id begins with a small letter and has letters, digits and underscores",
		"rename it",
	}
}

// queryPeriod holds the period of a query to the rules of an alarm's own.
func queryPeriod(d *standin.Draft, metric standin.Value) {
	period, count := metric.Key("period"), d.In("evaluationPeriods")
	if !period.Known() {
		return
	}
	if !aPeriod(period.Int()) {
		d.Refuse(period, validationError, "a period is 10, 20 or 30 seconds, or a multiple of 60", "use 60, for example")
	}
	spanned(d, period, count)
}

var cloudwatchMetricQueryId = rule("cloudwatch/metric-query-id")

func queriesRefer(list, code string) standin.CheckRule {
	return cloudwatchMetricQueryId.OnInputs(func(d *standin.Draft) {
		var ids []string
		for _, id := range d.All(list + ".id") {
			if slices.Contains(ids, id.Text()) {
				d.Refuse(id, code, "The values for parameter id in MetricDataQueries are not unique", "rename one of them")
			}
			ids = append(ids, id.Text())
		}
		for _, expression := range d.All(list + ".expression") {
			for _, word := range queryWord.FindAllString(expression.Text(), -1) {
				small := word[0] >= 'a' && word[0] <= 'z'
				if small && !slices.Contains(ids, word) {
					d.Refuse(expression, code, "Unknown identifier "+word+": an expression names other queries by their ids",
						"add the query, or correct the name")
				}
			}
		}
	})
}

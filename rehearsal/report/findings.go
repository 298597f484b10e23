package report

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Findings are those of a Model, as a File has them.
type Findings struct {
	Resources    int              `json:"resources"`
	Services     servicesFile     `json:"services"`
	Warnings     []warningFile    `json:"warnings"`
	Reachability reachabilityFile `json:"reachability"`
	// PlainSecrets are the secrets that lie in clear.
	PlainSecrets []plainSecretFile `json:"plainSecrets"`
	Limits       []limitFile       `json:"limits"`
	Controls     []controls.File   `json:"controls"`
	IdleReasons  []string          `json:"idleReasons"`
	Assumptions  []assumptionFile  `json:"assumptions"`
	Deployment   *deploymentFile   `json:"firstDeployment,omitempty"`
	Bill         billFile          `json:"bill"`
	Pending      []pendingFile     `json:"pending"`
	Unjudged     []unjudgedFile    `json:"unjudged"`
	Notes        []string          `json:"notes"`
}

type servicesFile struct {
	Total  int `json:"total"`
	Steady int `json:"steady"`
	// Stopped are services with a desired count of 0. They are part of Total and not of Steady.
	Stopped []string `json:"stopped"`
	// NotJudged are services that nothing waits for.
	NotJudged []string `json:"notJudged"`
}

type warningFile struct {
	Rule     string `json:"rule"`
	Resource string `json:"resource"`
	Message  string `json:"message"`
}

type reachabilityFile struct {
	Paths  []pathFile   `json:"paths"`
	Public []publicFile `json:"public"`
}

type pathFile struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Port    string `json:"port"`
	Through string `json:"through"`
}

type publicFile struct {
	Resource string `json:"resource"`
	Message  string `json:"message"`
}

type plainSecretFile struct {
	Resource string `json:"resource"`
	Place    string `json:"place"`
	Secret   string `json:"secret"`
}

type limitFile struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	// Resource is empty for limits of the account.
	Resource  string  `json:"resource"`
	Used      float64 `json:"used"`
	Max       float64 `json:"max"`
	ChangedBy string  `json:"changedBy"`
}

type assumptionFile struct {
	Urn      string `json:"urn"`
	Property string `json:"property"`
	Message  string `json:"message"`
}

type deploymentFile struct {
	// Seconds is how long the program's order takes, MinSeconds the order that AWS demands.
	Seconds    float64    `json:"seconds"`
	MinSeconds float64    `json:"minSeconds"`
	Path       []stepFile `json:"criticalPath"`
}

type stepFile struct {
	Type         string  `json:"type"`
	Name         string  `json:"name"`
	StartSeconds float64 `json:"startSeconds"`
	Seconds      float64 `json:"seconds"`
}

type billFile struct {
	Hours int        `json:"hours"`
	Items []itemFile `json:"items"`
	// Currency and Total are there if prices are known.
	Currency string    `json:"currency,omitempty"`
	Total    *float64  `json:"total,omitempty"`
	ByUse    []useFile `json:"byUse"`
	Growth   []string  `json:"mayIncrease"`
}

type itemFile struct {
	Item      string   `json:"item"`
	Quantity  float64  `json:"quantity"`
	Resources []string `json:"resources"`
	Cost      *float64 `json:"cost,omitempty"`
}

type useFile struct {
	Name  string   `json:"name"`
	Items []string `json:"items"`
}

type pendingFile struct {
	Resource string `json:"resource"`
	Property string `json:"property"`
	Now      string `json:"now"`
	Wanted   string `json:"wanted"`
}

type unjudgedFile struct {
	Token     string   `json:"token"`
	Resources []string `json:"resources"`
	Message   string   `json:"message"`
}

// Findings returns the model as a File has it.
func (m Model) Findings() *Findings {
	return &Findings{
		Resources: m.Resources,
		Services:  servicesFile{m.Verdict.Services, m.Verdict.Steady, list(m.Verdict.Stopped), list(m.Verdict.Unwatched)},
		Controls:  m.Controls.Files(), IdleReasons: list(m.Controls.Idle),
		Deployment: m.Deployment.file(), Bill: m.billFile(), Notes: list(m.Notes),
		PlainSecrets: each(m.Exposed, func(e Exposure) plainSecretFile {
			return plainSecretFile(e)
		}),
		Limits: each(m.Limits.Limits, func(l limits.Limit) limitFile {
			return limitFile{l.Kind.Key, l.Kind.Name, l.Of, l.Used.Worst(), l.Max, l.Remedy}
		}),
		Pending: each(m.Pending, func(p aws.Pending) pendingFile {
			return pendingFile{p.Resource, p.Property, p.Now, p.Wanted}
		}),
		Warnings: each(m.Warnings, func(w live.Warning) warningFile { return warningFile{w.Rule, w.Resource, w.Text} }),
		Assumptions: each(m.Assumptions, func(a standin.Assumption) assumptionFile {
			return assumptionFile{a.Urn, a.Property, a.What}
		}),
		Unjudged: each(m.Unjudged, func(u standin.Unjudged) unjudgedFile {
			return unjudgedFile{u.Token, list(u.Resources), u.String()}
		}),
		Reachability: reachabilityFile{
			Paths:  each(SortedPaths(m.Paths), func(p live.Path) pathFile { return pathFile{p.From, p.To, p.Port, p.Rule} }),
			Public: each(m.Public, func(p live.Exposure) publicFile { return publicFile{p.Resource, p.What} }),
		},
	}
}

func (m Model) billFile() billFile {
	b := billFile{Hours: bill.HoursPerMonth, Items: []itemFile{}, ByUse: []useFile{}, Growth: list(m.Bill.Growth)}
	for _, line := range m.Bill.Lines {
		item := itemFile{Item: line.Item, Quantity: line.Quantity, Resources: list(line.Of)}
		if m.Prices != nil {
			if cost, ok := m.Prices.Cost(line); ok {
				item.Cost = &cost
			}
		}
		b.Items = append(b.Items, item)
	}
	for _, use := range m.Bill.ByUse {
		b.ByUse = append(b.ByUse, useFile{use.Name, list(use.Items)})
	}
	if m.Prices != nil {
		total, _ := m.Prices.Total(m.Bill)
		b.Currency, b.Total = m.Prices.Currency, &total
	}
	return b
}

// file returns nil if the order of a first deployment is not known.
func (d Deployment) file() *deploymentFile {
	if d.Untold != "" {
		return nil
	}
	f := &deploymentFile{Seconds: d.Path.Total().Seconds(), MinSeconds: d.Least.Seconds(), Path: []stepFile{}}
	for _, step := range d.Path {
		f.Path = append(f.Path, stepFile{step.Type, step.Name, step.Start.Seconds(), step.Takes.Seconds()})
	}
	return f
}

// list returns a list that is not nil.
func list(of []string) []string { return append([]string{}, of...) }

func each[From, To any](of []From, convert func(From) To) []To {
	all := make([]To, 0, len(of))
	for _, one := range of {
		all = append(all, convert(one))
	}
	return all
}

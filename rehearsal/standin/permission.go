package standin

// Permission decides whether the caller may make a call.
type Permission interface {
	// Operate refuses an operation that the caller may not do, with Op.Refuse. It is called when everything else about the
	// operation has been judged, and never for a preview, which changes nothing. The resource is the one to be created, or
	// the live one that is read, changed or deleted; a change and its inputs are those of the operation.
	Operate(op *Op, r *Resource)
	// Ask returns an error if the caller may not call the function that gave the answer.
	Ask(q *Question, answer Props) error
}

// Permit has the permission decide on every operation and every call. Without it the caller may do everything.
func Permit(p Permission) Option {
	return func(s *Server) { s.permission = p }
}

// permitted asks the permission, if there is one.
func (o *Op) permitted(r *Resource) {
	if o.permission != nil && !o.Preview {
		o.try(func() { o.permission.Operate(o, r) })
	}
}

// mayRead returns an error if the caller may not read the live resource.
func (s *Server) mayRead(op *Op, live *Resource) error {
	if s.permission == nil {
		return nil
	}
	s.world.Look(func(v *View) {
		op.World = v
		op.permitted(live)
	})
	return join(op.refusals)
}

// Package languages tests programs in several languages that have their components from the provider in plugin.
package languages

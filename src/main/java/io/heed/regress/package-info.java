/**
 * Tables of features and labels enter; predictions and pictures leave: settings, plans and job of
 * one computation, on the estimator in {@code regression}.
 */
package io.heed.regress;

//! Reading forms. A body that is no form, is too large, or lacks its own value gets the page that
//! says to open the form again; field by field checks are each page's own.

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use crate::WebState;
use crate::fault::Fault;
use crate::language::Here;

/// The fields of a form that was sent.
pub(crate) struct Posted<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<WebState> for Posted<T> {
    type Rejection = Response;
    async fn from_request(request: Request, state: &WebState) -> Result<Self, Response> {
        let here = Here::of(request.headers(), request.uri().path());
        match Form::<T>::from_request(request, state).await {
            Ok(Form(form)) => Ok(Self(form)),
            Err(_) => Err(Fault::UnreadableForm.on(state, here).into_response()),
        }
    }
}
